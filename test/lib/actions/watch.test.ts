import { describe, expect, test } from 'vitest';
import { MEANING, runState, type WatchedState } from '../../../src/lib/actions/runs/run-state.ts';
import { type WatchInputs, type WatchResult, watchRun } from '../../../src/lib/actions/watch/watch.ts';
import type { ProgressEvent } from '../../../src/lib/progress/events.ts';
import { clientFor, thrownBy } from '../github/client-under-test.ts';
import { json } from '../github/scripted-server.ts';
import { START, VirtualClock } from '../github/virtual-clock.ts';
import { type JobPlan, RUN_ID, type RunPlan, type SimulatedRun, simulateRun } from './simulated-run.ts';

interface Watched {
  readonly events: ProgressEvent[];
  readonly remembered: WatchedState[];
  readonly sim: SimulatedRun;
  readonly clock: VirtualClock;
  readonly result: Promise<WatchResult>;
  readonly abort: (reason: Error) => void;
}

async function startWatching(plan: RunPlan, inputs: Partial<WatchInputs> = {}): Promise<Watched> {
  const clock = new VirtualClock();
  const sim = await simulateRun(clock, plan);
  const events: ProgressEvent[] = [];
  const remembered: WatchedState[] = [];
  const controller = new AbortController();
  const stream = watchRun(
    {
      connectGitHub: (observer) => clientFor(sim.server.url, { clock, observer }).client,
      fetch: globalThis.fetch,
      clock,
      signal: controller.signal,
      remember: async (state) => {
        remembered.push(state);
      },
    },
    {
      repository: { owner: 'acme', name: 'ops' },
      runId: String(RUN_ID),
      failFast: false,
      logs: 'all',
      justDispatched: false,
      ...inputs,
    },
  );
  const run = async (): Promise<WatchResult> => {
    for (;;) {
      const next = await stream.next();
      if (next.done) return next.value;
      events.push(next.value);
    }
  };
  const result = run();
  result.catch(() => undefined);
  return { events, remembered, sim, clock, result, abort: (reason) => controller.abort(reason) };
}

const named = (events: readonly ProgressEvent[], name: ProgressEvent['event']) =>
  events.filter(({ event }) => event === name);

const job = (name: string, startsAt: number, endsAt: number, more: Partial<JobPlan> = {}): JobPlan => ({
  name,
  startsAt,
  endsAt,
  ...more,
});

/** Plan, 18 workers in waves, verification: ten minutes. */
const TEN_MINUTES: readonly JobPlan[] = [
  job('Plan', 5, 45),
  ...Array.from({ length: 18 }, (_, index) => job(`Worker ${index + 1}`, 50 + index * 7, 400 + index * 9)),
  job('Verify', 560, 600),
];

/** Counted requests of a poller that asks for the run and its jobs at a fixed interval, as gh does, and remembers nothing. */
async function fixedPoll(intervalMs: number): Promise<number> {
  const clock = new VirtualClock();
  const sim = await simulateRun(clock, { jobs: TEN_MINUTES });
  const run = `${sim.server.url}/repos/acme/ops/actions/runs/${RUN_ID}`;
  for (let status = ''; status !== 'completed'; clock.advance(intervalMs)) {
    ({ status } = (await (await fetch(run)).json()) as { status: string });
    await (await fetch(`${run}/jobs?per_page=100`)).arrayBuffer();
  }
  return sim.counted();
}

describe('the budget', () => {
  test('a ten-minute run of 20 jobs costs at most 120 counted requests, a fixed 3 s poll more than 400', async () => {
    const { result, sim } = await startWatching({ jobs: TEN_MINUTES });
    const { cost, state } = await result;
    expect([state, cost]).toEqual(['succeeded', sim.counted()]);
    expect(cost).toBeLessThanOrEqual(120);
    expect(await fixedPoll(3_000)).toBeGreaterThan(400);
  });

  test('the end of a run is noticed within one poll, with its last job or after it', async () => {
    for (const [jobEndsAt, endsAt] of [
      [62, 62],
      [140, 140],
      [223, 224],
      [405, 405],
    ] as const) {
      // A step ends between any two polls: the interval follows the age of the run alone.
      const jobs = [job('Plan', 1, 9), job('Work', 10, jobEndsAt, { steps: 200 })];
      const { result, sim, clock } = await startWatching({ jobs, endsAt });
      await result;
      const intervalMs = clock.slept.at(-1) ?? 0;
      expect(((sim.endSeenAt() ?? Number.POSITIVE_INFINITY) - endsAt) * 1_000).toBeLessThanOrEqual(intervalMs);
    }
  });

  test('a matrix of 256 jobs asks again only for the pages on which something is under way', async () => {
    const jobs = Array.from({ length: 256 }, (_, index) => job(`Worker ${index + 1}`, 1, index < 240 ? 10 : 300));
    const { result } = await startWatching({ jobs }, { logs: 'failed' });
    const { requests, jobs: counts } = await result;
    expect(counts).toEqual({ succeeded: 256 });
    expect(requests).toBeLessThan(150);
  });
});

describe('what is told', () => {
  test('jobs, steps and the log of each job as soon as that job ends, while the run goes on', async () => {
    const { result, events, remembered } = await startWatching({ jobs: [job('Plan', 1, 20), job('Verify', 30, 200)] });
    const { exitCode } = await result;
    expect(exitCode).toBe(0);
    expect(named(events, 'run.found')[0]).toMatchObject({
      event: 'run.found',
      runId: String(RUN_ID),
      workflow: 'progressive-backfill.yml',
    });
    const log = events.findIndex((event) => event.event === 'log.read' && event.name === 'Plan');
    const started = events.findIndex(
      (event) => event.event === 'job.changed' && event.name === 'Verify' && event.state === 'running',
    );
    expect(log).toBeGreaterThan(0);
    expect(log).toBeLessThan(started);
    expect(named(events, 'step.changed').length).toBeGreaterThan(5);
    expect(remembered.map(({ state }) => state)).toEqual(['running', 'succeeded']);
    expect(events.at(-1)).toMatchObject({ event: 'run.finished', ended: true, jobs: { succeeded: 2 } });
  });

  test('a failed job with its step and the end of its log', async () => {
    const lines = [
      '##[group]Run npm test',
      'a',
      'b',
      '##[endgroup]',
      'it broke',
      '##[error]exit 1',
      'Post job cleanup.',
    ];
    const log = lines.map((line) => `2026-11-21T14:00:00.0000000Z ${line}\n`).join('');
    const { result } = await startWatching({
      jobs: [job('Plan', 1, 10), job('Worker 1', 10, 30, { conclusion: 'failure', log })],
      conclusion: 'failure',
    });
    const { exitCode, failures, state } = await result;
    expect([exitCode, state]).toEqual([1, 'failed']);
    expect(failures).toMatchObject([{ name: 'Worker 1', step: 'Step 5', state: 'failed' }]);
    expect(failures[0]?.tail.map((line) => line.replaceAll(/\p{Cc}\[\d+m/gu, ''))).toEqual([
      'Run npm test',
      'a',
      'b',
      'it broke',
      'error: exit 1',
    ]);
  });

  test('with fail-fast watching stops at the first failed job, and says that the run goes on', async () => {
    const { result, clock } = await startWatching(
      { jobs: [job('Worker 1', 1, 10, { conclusion: 'failure' }), job('Worker 2', 1, 500)] },
      { failFast: true },
    );
    expect(await result).toMatchObject({ ended: false, exitCode: 1, failures: [{ name: 'Worker 1' }] });
    expect(clock.now() - START).toBeLessThan(60_000);
  });
});

describe('what can happen while watching', () => {
  test('a run that is run again is watched on, and its last attempt counts', async () => {
    const { result, events, remembered } = await startWatching({
      jobs: [job('Worker 1', 1, 20, { conclusion: 'failure' }), job('Worker 2', 1, 90)],
      conclusion: 'failure',
      rerun: { at: 60, jobs: [job('Worker 1', 62, 100)], conclusion: 'success' },
    });
    expect(await result).toMatchObject({ attempt: 2, state: 'succeeded', exitCode: 0, failures: [] });
    expect(named(events, 'run.changed')).toContainEqual(expect.objectContaining({ attempt: 2, state: 'running' }));
    expect(remembered.at(-1)).toMatchObject({ attempt: 2, conclusion: 'success' });
  });

  test('a run that is deleted is an error that says so', async () => {
    const { result } = await startWatching({
      jobs: [job('Worker 1', 1, 500)],
      fault: (_, response, at) => {
        if (at < 40) return false;
        json(response, 404, { message: 'Not Found' });
        return true;
      },
    });
    expect(await thrownBy(result)).toMatchObject({ code: 'run_deleted', exitCode: 1 });
  });

  test('a run that does not exist is a usage error; one that was dispatched just now is waited for', async () => {
    const hidden = (until: number): RunPlan => ({
      jobs: [job('Worker 1', 1, 60)],
      fault: (_, response, at) => {
        if (at >= until) return false;
        json(response, 404, { message: 'Not Found' });
        return true;
      },
    });
    const unknown = await startWatching(hidden(1_000));
    expect(await thrownBy(unknown.result)).toMatchObject({ code: 'run_unknown', exitCode: 2 });
    const dispatched = await startWatching(hidden(10), { justDispatched: true });
    expect(await dispatched.result).toMatchObject({ state: 'succeeded' });
    const never = await startWatching(hidden(1_000), { justDispatched: true });
    expect(await thrownBy(never.result)).toMatchObject({ code: 'run_unknown' });
  });

  test('GitHub may fail for minutes: it is told once, watching goes on, the verdict is right', async () => {
    const { result, events } = await startWatching({
      jobs: [job('Worker 1', 1, 400)],
      fault: (_, response, at) => {
        if (at < 60 || at > 240) return false;
        json(response, 502, {});
        return true;
      },
    });
    expect(await result).toMatchObject({ state: 'succeeded', exitCode: 0 });
    expect(named(events, 'notice.raised')).toEqual([
      expect.objectContaining({ level: 'warning', message: expect.stringContaining('HTTP 502') }),
      { event: 'notice.raised', level: 'info', message: 'GitHub answers again' },
    ]);
  });

  test('a token that expires ends watching with exit 4 and the command to come back', async () => {
    const { result } = await startWatching({
      jobs: [job('Worker 1', 1, 400)],
      fault: (_, response, at) => {
        if (at < 60) return false;
        json(response, 401, { message: 'Bad credentials' });
        return true;
      },
    });
    expect(await thrownBy(result)).toMatchObject({
      code: 'token_rejected',
      exitCode: 4,
      nextSteps: expect.arrayContaining([expect.stringContaining(`runs watch ${RUN_ID} --dispatch-repo acme/ops`)]),
    });
  });

  test("an hour between GitHub's clock and ours changes no duration", async () => {
    for (const skewHours of [1, -1]) {
      const { result, events, clock } = await startWatching({ jobs: [job('Worker 1', 10, 100)], skewHours });
      expect((await result).elapsedMs / 1_000).toBeCloseTo(100, -1);
      for (const event of events) {
        if (event.event !== 'job.changed' || event.startedAt === null) continue;
        expect(Math.abs(event.startedAt - START - 10_000)).toBeLessThan(2_000);
        expect(event.startedAt).toBeLessThanOrEqual(clock.now());
      }
    }
  });

  test('a log that is not there yet is asked for again; one that never comes is told and fails nothing', async () => {
    const { result, events } = await startWatching({
      jobs: [job('Late', 1, 20, { logAfter: 6 }), job('Never', 1, 20, { logAfter: 1e9 })],
    });
    expect(await result).toMatchObject({ exitCode: 0 });
    expect(named(events, 'log.read')).toMatchObject([{ name: 'Late' }]);
    expect(named(events, 'log.missed')).toMatchObject([{ name: 'Never' }]);
  });

  test('a log that has been deleted is told at once', async () => {
    let asked = 0;
    const { result, events } = await startWatching({
      jobs: [job('Worker 1', 1, 20)],
      fault: (request, response) => {
        if (!request.url?.endsWith('/logs')) return false;
        asked += 1;
        json(response, 410, { message: 'Gone' });
        return true;
      },
    });
    expect(await result).toMatchObject({ exitCode: 0 });
    expect(asked).toBe(1);
    expect(named(events, 'log.missed')).toMatchObject([{ name: 'Worker 1', reason: 'its log has been deleted' }]);
  });

  test('a log that is cut off is asked for again', async () => {
    let tries = 0;
    const log: JobPlan['log'] = (response) => {
      tries += 1;
      response.writeHead(200, { 'content-type': 'text/plain', 'content-length': '100' });
      if (tries > 1) response.end('x'.repeat(100));
      else response.write('half', () => response.destroy());
    };
    const { result, events } = await startWatching({ jobs: [job('Worker 1', 1, 20, { log })] });
    await result;
    expect(tries).toBe(2);
    expect(named(events, 'log.read')).toHaveLength(1);
  });

  test('no log is asked for of a job that was skipped or cancelled before it began', async () => {
    const { result, events } = await startWatching({
      jobs: [
        job('Worker 1', 1, 20),
        job('Skipped', 20, 20, { conclusion: 'skipped' }),
        job('Cancelled', 20, 20, { conclusion: 'cancelled', steps: 0 }),
      ],
    });
    expect(await result).toMatchObject({ jobs: { succeeded: 1, skipped: 1, cancelled: 1 } });
    expect([...named(events, 'log.read'), ...named(events, 'log.missed')]).toMatchObject([{ name: 'Worker 1' }]);
  });

  test('an interruption ends watching at once with its reason', async () => {
    const watched = await startWatching({ jobs: [job('Worker 1', 1, 400)] });
    while (watched.events.length === 0) await new Promise(setImmediate);
    const reason = new Error('ctrl-c');
    watched.abort(reason);
    expect(await thrownBy(watched.result)).toBe(reason);
  });
});

describe('the table of states', () => {
  test.each([
    ['queued', null, 'queued', 69],
    ['requested', null, 'queued', 69],
    ['pending', null, 'pending', 69],
    ['waiting', null, 'waiting', 69],
    ['in_progress', null, 'running', 69],
    ['invented_later', null, 'running', 69],
    ['completed', 'success', 'succeeded', 0],
    ['completed', 'neutral', 'neutral', 0],
    ['completed', 'skipped', 'skipped', 0],
    ['completed', 'failure', 'failed', 1],
    ['completed', 'timed_out', 'timed_out', 1],
    ['completed', 'startup_failure', 'startup_failure', 1],
    ['completed', 'stale', 'stale', 1],
    ['completed', 'cancelled', 'cancelled', 1],
    ['completed', 'action_required', 'action_required', 4],
    ['completed', 'invented_later', 'unknown', 1],
    ['completed', null, 'unknown', 1],
  ] as const)('%s and %s are %s, exit %i', (status, conclusion, state, exitCode) => {
    expect(runState(status, conclusion)).toBe(state);
    expect(MEANING[state].exitCode).toBe(exitCode);
    expect(MEANING[state].ended).toBe(status === 'completed');
  });
});
