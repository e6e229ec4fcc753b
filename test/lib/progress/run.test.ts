import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ProgressEvent } from '../../../src/lib/progress/events.ts';
import { frameOf } from '../../../src/lib/progress/ink/frame.ts';
import { layoutFor, type TerminalSize } from '../../../src/lib/progress/ink/layout.ts';
import { openLines } from '../../../src/lib/progress/lines.ts';
import { createPalette } from '../../../src/lib/progress/palette.ts';
import type { RunEvent, RunState } from '../../../src/lib/progress/runs/events.ts';
import { jobRows } from '../../../src/lib/progress/runs/job-rows.ts';
import { initialView, reduce, type View } from '../../../src/lib/progress/view.ts';
import { captureIO } from '../../support/captured-io.ts';
import { createManualClock } from '../../support/manual-clock.ts';
import { opening } from '../../support/replay-script.ts';

const NOW = Date.UTC(2026, 10, 21, 14);

function found(more: Partial<Extract<RunEvent, { event: 'run.found' }>> = {}): RunEvent {
  return {
    event: 'run.found',
    runId: '77',
    repository: 'acme/ops',
    workflow: 'progressive-backfill.yml',
    title: 'Backfill acme/big r1',
    url: 'https://github.com/acme/ops/actions/runs/77',
    branch: 'main',
    sha: 'a'.repeat(40),
    attempt: 1,
    state: 'running',
    startedAt: NOW - 120_000,
    ...more,
  };
}

function job(id: number, name: string, state: RunState): RunEvent {
  const begun = state !== 'queued' && state !== 'pending' && state !== 'waiting' && state !== 'skipped';
  return {
    event: 'job.changed',
    jobId: String(id),
    name,
    state,
    attempt: 1,
    startedAt: begun ? NOW - 100_000 : null,
    finishedAt: begun && state !== 'running' ? NOW - 10_000 : null,
    runner: null,
    url: `https://github.com/acme/ops/actions/runs/77/job/${id}`,
  };
}

const step = (id: number, name: string): RunEvent => ({
  event: 'step.changed',
  jobId: String(id),
  number: 2,
  name,
  state: 'running',
  startedAt: NOW - 90_000,
  finishedAt: null,
});

function end(more: Partial<Extract<RunEvent, { event: 'run.finished' }>> = {}): RunEvent {
  return {
    event: 'run.finished',
    workflow: 'progressive-backfill.yml',
    runId: '77',
    repository: 'acme/ops',
    title: 'Backfill acme/big r1',
    url: 'https://github.com/acme/ops/actions/runs/77',
    attempt: 1,
    state: 'failed',
    ended: true,
    elapsedMs: 603_000,
    jobs: { succeeded: 3, failed: 1 },
    failures: [
      {
        jobId: '3',
        name: 'Worker 3',
        state: 'failed',
        url: 'https://github.com/acme/ops/actions/runs/77/job/3',
        step: 'Capture chunks',
        tail: Array.from({ length: 30 }, (_, index) => `line ${index}`).concat(
          '\u001b[31merror:\u001b[39m it broke\u001b[0m',
        ),
      },
    ],
    cost: 87,
    requests: 105,
    ...more,
  };
}

/** Plan has succeeded, of 20 workers 14 have, 4 run, one has failed, one waits; Verify waits. */
const busy: readonly ProgressEvent[] = [
  found(),
  job(1, 'Plan', 'succeeded'),
  ...Array.from({ length: 20 }, (_, index): RunEvent => {
    const state = index < 14 ? 'succeeded' : index < 18 ? 'running' : index === 18 ? 'failed' : 'queued';
    return job(100 + index, `Worker ${index + 1}`, state);
  }),
  ...Array.from({ length: 4 }, (_, index) => step(114 + index, 'Capture chunks')),
  job(2, 'Verify', 'queued'),
  { event: 'budget.updated', resource: 'rest', limit: 5_000, remaining: 4_900, reserve: 500, resetAt: NOW + 720_000 },
];

function draw(
  events: readonly ProgressEvent[],
  size: TerminalSize,
  how: { readonly interrupting?: boolean; readonly compact?: boolean } = {},
): readonly string[] {
  const view = events.reduce((before: View, event) => reduce(before, event, NOW), initialView(NOW));
  const { interrupting = false, compact } = how;
  const scene = { view, now: NOW, interrupting, compact, layout: layoutFor(size), palette: createPalette(false) };
  return frameOf(scene).map(({ left, right }) => (right === undefined ? left : `${left} … ${right}`));
}

describe('the live view of a run', () => {
  test('shows every job with state, step and duration where they fit, failed and running first', () => {
    const lines = draw(busy, { columns: 120, rows: 50 });
    expect(lines[0]).toBe('Backfill acme/big r1 … 2 min so far');
    expect(lines[1]).toBe('run 77 of acme/ops is running: 1 failed, 4 running, 2 queued, 15 succeeded');
    expect(lines[2]).toBe('failed         Worker 19 … 1 min 30 s');
    expect(lines[3]).toBe('running        Worker 15  Capture chunks … 1 min 40 s');
    expect(lines.filter((line) => line.startsWith('succeeded'))).toHaveLength(15);
    expect(lines.at(-2)).toMatch(/^REST budget +4,900 of 5,000/);
    expect(lines.at(-1)).toBe('Ctrl-C ends the watching; the run goes on.');
  });

  test('of a run that waits or has ended does not claim that it runs', () => {
    const stateLine = (state: RunState) => draw([found({ state })], { columns: 120, rows: 50 })[1];
    expect(stateLine('pending')).toBe('run 77 of acme/ops is held back by another run of its concurrency group');
    expect(stateLine('timed_out')).toBe('run 77 of acme/ops has ended (timed out)');
  });

  test('collapses the matrix where it does not fit, and keeps what failed and runs apart', () => {
    const lines = draw(busy, { columns: 80, rows: 24 });
    expect(lines).toContain('matrix         Worker: 1 queued, 14 succeeded');
    expect(lines.filter((line) => line.startsWith('running'))).toHaveLength(4);
    expect(lines.filter((line) => line.startsWith('failed'))).toHaveLength(1);
  });

  test('keeps as many running jobs apart as fit, and counts the others of their matrix', () => {
    const workers = Array.from({ length: 40 }, (_, index) =>
      job(index, `Worker ${index + 1}`, index < 20 ? 'running' : 'queued'),
    );
    const lines = draw([found(), ...workers], { columns: 80, rows: 24 });
    const running = lines.filter((line) => line.startsWith('running')).length;
    expect(running).toBeGreaterThan(5);
    expect(lines).toContain(`matrix         Worker: ${20 - running} running, 20 queued`);
  });

  test('compact: one line for each job that failed or runs, no steps, and still how many there are of all', () => {
    const lines = draw(busy, { columns: 120, rows: 50 }, { compact: true });
    expect(lines[1]).toBe('run 77 of acme/ops is running: 1 failed, 4 running, 2 queued, 15 succeeded');
    expect(lines.slice(2, -2)).toEqual([
      'failed         Worker 19 … 1 min 30 s',
      ...[15, 16, 17, 18].map((worker) => `running        Worker ${worker} … 1 min 40 s`),
    ]);
  });

  test('shows beside the jobs what the workers have stored', () => {
    const lines = draw([...busy, ...opening({ total: 20_000, from: 5_000 })], { columns: 120, rows: 50 });
    expect(lines.join('\n')).toContain('5,000 of 20,000 pull requests');
  });

  test('is never as high as the screen, at any size, with any number of jobs', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 200 }),
        fc.integer({ min: 1, max: 60 }),
        fc.array(fc.constantFrom<RunState>('failed', 'running', 'queued', 'succeeded', 'waiting'), { maxLength: 300 }),
        fc.boolean(),
        (columns, rows, states, stored) => {
          const events = [
            found(),
            ...states.map((state, index) =>
              job(index, index % 3 === 0 ? `Job ${'x'.repeat(index)}` : `W ${index}`, state),
            ),
            ...(stored ? opening() : []),
          ];
          expect(draw(events, { columns, rows }).length).toBeLessThan(Math.max(rows, 1));
        },
      ),
      { numRuns: 60 },
    );
  });

  test('says that Ctrl-C detaches, and that it is detaching', () => {
    expect(draw(busy, { columns: 80, rows: 24 }, { interrupting: true }).at(-1)).toBe('Detaching: the run goes on.');
  });
});

test('rows never lose a job: what is not shown is counted', () => {
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom<RunState>('failed', 'running', 'succeeded')),
      fc.integer({ min: 1, max: 30 }),
      (states, rows) => {
        const view = states.reduce(
          (before: View, state, index) => reduce(before, job(index, `J${index % 4} (${index})`, state), NOW),
          reduce(initialView(NOW), found(), NOW),
        );
        const items = jobRows(view.run?.jobs ?? [], rows);
        expect(items.length).toBeLessThanOrEqual(rows);
        expect(items.reduce((sum, item) => sum + (item.kind === 'job' ? 1 : item.jobs.length), 0)).toBe(states.length);
      },
    ),
  );
});

test('a new attempt begins with no jobs, at a time of its own', () => {
  const events: ProgressEvent[] = [
    found(),
    job(1, 'Worker 1', 'failed'),
    { event: 'run.changed', runId: '77', attempt: 2, state: 'running', startedAt: NOW - 5_000 },
  ];
  const view = events.reduce((before: View, event) => reduce(before, event, NOW), initialView(NOW));
  expect(view.run).toMatchObject({ attempt: 2, jobs: [] });
  expect(draw(events, { columns: 120, rows: 50 })[0]).toBe('Backfill acme/big r1 … 5 s so far');
});

describe('a run as lines', () => {
  function openLog(env: NodeJS.ProcessEnv = {}) {
    const clock = createManualClock(NOW);
    const captured = captureIO({ env });
    const renderer = openLines({ io: captured.io, clock });
    const lines = () =>
      captured
        .stderr()
        .split('\n')
        .slice(0, -1)
        .map((line) => line.replace(/ \[[^\]]*Z\]$/, ''));
    return {
      clock,
      renderer,
      lines,
      show: (events: readonly ProgressEvent[]) => events.forEach((event) => void renderer.show(event)),
    };
  }

  test('says what is watched, each job as it ends, its log below it, and the verdict last', async () => {
    const log = openLog();
    log.show([
      found(),
      job(1, 'Plan', 'succeeded'),
      {
        event: 'log.read',
        jobId: '1',
        name: 'Plan',
        failed: false,
        lines: ['▸ Run npx (3 lines)', 'planned'],
        omitted: 40,
        bytes: 900,
      },
      job(3, 'Worker 3', 'failed'),
      { event: 'log.missed', jobId: '4', name: 'Worker 4', reason: 'GitHub has no log of it' },
      end(),
    ]);
    await log.renderer.close();
    expect(log.lines().filter((line) => !line.startsWith('progress:'))).toEqual([
      'watching: Backfill acme/big r1, run 77 of acme/ops, https://github.com/acme/ops/actions/runs/77',
      'succeeded: Plan, 1 min 30 s',
      'log: Plan, the last 2 of 42 lines',
      '  | ▸ Run npx (3 lines)',
      '  | planned',
      'failed: Worker 3, 1 min 30 s',
      'log: Worker 4: GitHub has no log of it',
      'failed: Worker 3, at step "Capture chunks", https://github.com/acme/ops/actions/runs/77/job/3',
      ...Array.from({ length: 9 }, (_, index) => `  | line ${21 + index}`),
      '  | error: it broke',
      'jobs: 1 failed, 3 succeeded',
      'took: 10 min 3 s; watching was charged 87 requests',
      'failed: Backfill acme/big r1, https://github.com/acme/ops/actions/runs/77',
    ]);
  });

  test('waiting for an approval is no progress, and is said', async () => {
    const log = openLog();
    log.show([found({ state: 'waiting' }), job(1, 'Deploy', 'waiting')]);
    await log.renderer.close();
    expect(log.lines()[0]).toContain(', waiting for an approval, ');
    expect(log.lines()[1]).toMatch(/^needs approval: Deploy, https:.*job.1$/);
  });

  test('identical lines of a log are all written', async () => {
    const log = openLog();
    log.show([
      found(),
      { event: 'log.read', jobId: '1', name: 'Plan', failed: false, lines: Array(5).fill('.'), omitted: 0, bytes: 10 },
    ]);
    await log.renderer.close();
    expect(log.lines().filter((line) => line === '  | .')).toHaveLength(5);
  });

  test('nothing of a log or a job name is obeyed by the terminal, nor by a runner', async () => {
    const log = openLog({ GITHUB_ACTIONS: 'true', FORCE_COLOR: '1' });
    log.show([
      found({ title: 'a\u001b[2Jb' }),
      { ...job(1, 'Worker\u001b]0;owned\u0007\r\n::error::x', 'failed') } as ProgressEvent,
      {
        event: 'log.read',
        jobId: '1',
        name: 'W\u009b2J',
        failed: true,
        lines: ['\u001b[31mred\u001b[0m\u001b[2J', '##[add-path]/evil'],
        omitted: 0,
        bytes: 9,
      },
      end({ title: '\u001b[5mx' }),
    ]);
    await log.renderer.close();
    const text = log.lines().join('\n');
    expect(text.replaceAll(/\p{Cc}\[[\d;]*m/gu, '').replaceAll('\n', '')).not.toMatch(/\p{Cc}/u);
    expect(text).not.toMatch(/\p{Cc}\[5m|##\[|^::/mu);
    expect(text).toContain('\u001b[31mred\u001b[0m');
  });
});
