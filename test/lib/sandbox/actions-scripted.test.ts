import type { components } from '@octokit/openapi-types';
import { afterEach, describe, expect, it } from 'vitest';
import type { RunScript } from '../../sandbox/actions/run-script.ts';
import type { Sandbox, SandboxOptions } from '../../sandbox/sandbox.ts';
import { startSandbox } from '../../sandbox/sandbox.ts';
import type { ManualClock } from '../../support/manual-clock.ts';
import { createManualClock } from '../../support/manual-clock.ts';
import { control, rest, send } from './ask.ts';

type Run = components['schemas']['workflow-run'];
type Job = components['schemas']['job'];

let sandbox: Sandbox;
let clock: ManualClock;
afterEach(() => sandbox.close());

const RUNS = '/repos/acme/big/actions/runs';

/** The delivery of an answer waits on the same clock, without any latency. */
async function start(options: SandboxOptions = {}): Promise<void> {
  clock = createManualClock();
  sandbox = await startSandbox({ repositories: [{ owner: 'acme', name: 'big', prs: 1 }], clock, ...options });
}

const TWO_JOBS: RunScript = {
  before: [{ status: 'pending', ms: 1_000 }],
  jobs: [
    {
      name: 'plan',
      queuedMs: 2_000,
      steps: [
        { name: 'Set up job', ms: 1_000 },
        { name: 'Run plan', ms: 4_000 },
      ],
      log: '\u001b[31mred\u001b[0m\n',
    },
    {
      name: 'work',
      needs: ['plan'],
      steps: [
        { name: 'Run work', ms: 5_000, conclusion: 'failure' },
        { name: 'Run later', ms: 1_000 },
      ],
    },
    { name: 'verify', needs: ['work'] },
  ],
};

const runOf = async (id: number) => (await rest<Run>(sandbox, `${RUNS}/${id}`)).data;
const jobsOf = async (id: number, query = '') =>
  (await rest<{ total_count: number; jobs: Job[] }>(sandbox, `${RUNS}/${id}/jobs${query}`)).data.jobs;
const briefly = (jobs: readonly Job[]) => jobs.map(({ name, status, conclusion }) => [name, status, conclusion]);

describe('a scripted run', () => {
  it('goes through its states as the clock goes, with what depends on a failure skipped', async () => {
    await start();
    const id = sandbox.actions.addRun('acme/big', TWO_JOBS);
    expect(id).toBeGreaterThan(2 ** 31);
    expect(await runOf(id)).toMatchObject({
      status: 'pending',
      conclusion: null,
      run_attempt: 1,
      event: 'workflow_dispatch',
    });
    expect(await jobsOf(id)).toEqual([]);
    await clock.advance(1_000);
    expect(await runOf(id)).toMatchObject({ status: 'queued' });
    expect(briefly(await jobsOf(id))).toEqual([['plan', 'queued', null]]);
    await clock.advance(3_500);
    expect(await runOf(id)).toMatchObject({ status: 'in_progress', updated_at: '2026-11-21T14:00:03Z' });
    const [plan] = await jobsOf(id);
    expect(plan?.steps).toMatchObject([
      {
        number: 1,
        status: 'completed',
        conclusion: 'success',
        started_at: '2026-11-21T14:00:03Z',
        completed_at: '2026-11-21T14:00:04Z',
      },
      { number: 2, status: 'in_progress', conclusion: null, completed_at: null },
    ]);
    expect((await rest(sandbox, `/repos/acme/big/actions/jobs/${plan?.id}/logs`)).status).toBe(404);
    await clock.advance(4_000);
    const link = await rest(sandbox, `/repos/acme/big/actions/jobs/${plan?.id}/logs`);
    expect(link.status).toBe(302);
    const location = link.headers.get('location') ?? '';
    expect(new URL(location).origin).not.toBe(sandbox.url);
    expect(await (await fetch(location)).text()).toBe('\u001b[31mred\u001b[0m\n');
    await clock.advance(10_000);
    expect(briefly(await jobsOf(id))).toEqual([
      ['plan', 'completed', 'success'],
      ['work', 'completed', 'failure'],
      ['verify', 'completed', 'skipped'],
    ]);
    expect((await jobsOf(id))[1]?.steps).toMatchObject([{ conclusion: 'failure' }, { conclusion: 'skipped' }]);
    expect(await runOf(id)).toMatchObject({ status: 'completed', conclusion: 'failure' });
  });

  it('is cancelled where it stands: what ran ends later, what waited ends at once', async () => {
    await start();
    const id = sandbox.actions.addRun('acme/big', TWO_JOBS);
    await clock.advance(5_000);
    expect((await send(sandbox, 'POST', `${RUNS}/${id}/cancel`)).status).toBe(202);
    expect(await runOf(id)).toMatchObject({ status: 'in_progress' });
    await clock.advance(2_000);
    expect(await runOf(id)).toMatchObject({ status: 'completed', conclusion: 'cancelled' });
    expect(briefly(await jobsOf(id))[0]).toEqual(['plan', 'completed', 'cancelled']);
    expect((await send(sandbox, 'POST', `${RUNS}/${id}/cancel`)).status).toBe(409);
  });

  it('waits for an approval, which comes over the API', async () => {
    await start();
    const id = sandbox.actions.addRun('acme/big', {
      jobs: [{ name: 'deploy', environment: 'prod', steps: [{ name: 'x', ms: 10 }] }],
    });
    await clock.advance(60_000);
    expect(await runOf(id)).toMatchObject({ status: 'waiting' });
    const pending = await rest<{ environment: { id: number; name: string } }[]>(
      sandbox,
      `${RUNS}/${id}/pending_deployments`,
    );
    expect(pending.data).toMatchObject([{ environment: { name: 'prod' } }]);
    const body = { environment_ids: [pending.data[0]?.environment.id], state: 'approved', comment: '' };
    expect((await send(sandbox, 'POST', `${RUNS}/${id}/pending_deployments`, body)).status).toBe(200);
    await clock.advance(10);
    expect(await runOf(id)).toMatchObject({ conclusion: 'success' });
  });

  it('is run again, by hand and by itself; attempts and their jobs stay apart', async () => {
    await start();
    const failing = { jobs: [{ name: 'a', steps: [{ name: 's', ms: 1_000, conclusion: 'failure' as const }] }] };
    const passing = { jobs: [{ name: 'a', steps: [{ name: 's', ms: 1_000 }] }] };
    const id = sandbox.actions.addRun('acme/big', { ...failing, attempts: [failing, passing], rerunAfterMs: [500] });
    expect((await send(sandbox, 'POST', `${RUNS}/${id}/rerun`)).status).toBe(403);
    await clock.advance(1_500);
    expect(await runOf(id)).toMatchObject({ status: 'in_progress', run_attempt: 2 });
    await clock.advance(1_000);
    expect((await send(sandbox, 'POST', `${RUNS}/${id}/rerun-failed-jobs`)).status).toBe(201);
    await clock.advance(1_000);
    expect(await runOf(id)).toMatchObject({ conclusion: 'success', run_attempt: 3 });
    expect((await rest<Run>(sandbox, `${RUNS}/${id}/attempts/1`)).data).toMatchObject({
      conclusion: 'failure',
      run_attempt: 1,
    });
    expect(await jobsOf(id)).toHaveLength(1);
    expect(await jobsOf(id, '?filter=all')).toHaveLength(3);
    expect((await rest(sandbox, `${RUNS}/${id}/attempts/9`)).status).toBe(404);
  });

  it('is deleted, by hand or when its time has come', async () => {
    await start();
    const first = sandbox.actions.addRun('acme/big', { ...TWO_JOBS, deletedAfterMs: 5_000 });
    const second = sandbox.actions.addRun('acme/big', { jobs: [] });
    await clock.advance(5_000);
    expect((await rest(sandbox, `${RUNS}/${first}`)).status).toBe(404);
    const running = sandbox.actions.addRun('acme/big', TWO_JOBS);
    expect((await send(sandbox, 'DELETE', `${RUNS}/${running}`)).status).toBe(403);
    expect((await send(sandbox, 'DELETE', `${RUNS}/${second}`)).status).toBe(204);
    expect((await rest(sandbox, `${RUNS}/${second}`)).status).toBe(404);
  });

  it('comes from outside the process too', async () => {
    await start();
    const made = await control(sandbox, 'runs', { repository: 'acme/big', script: TWO_JOBS });
    expect(await runOf((made.data as { id: number }).id)).toMatchObject({ status: 'pending' });
    const workflows = { 'x.yml': 'on: push\njobs: { a: { runs-on: u, steps: [{ run: a }] } }\n' };
    expect(await control(sandbox, 'workflows', { repository: 'acme/big', workflows })).toEqual({
      status: 200,
      data: { workflows: ['.github/workflows/x.yml'] },
    });
    expect((await control(sandbox, 'runs', { repository: 'acme/big', script: { jobs: [{}] } })).status).toBe(422);
  });

  it('ends with every conclusion that GitHub has', async () => {
    await start();
    for (const conclusion of ['neutral', 'stale', 'startup_failure', 'action_required', 'timed_out'] as const) {
      const id = sandbox.actions.addRun('acme/big', { conclusion });
      expect(await runOf(id)).toMatchObject({ status: 'completed', conclusion });
    }
  });
});

describe('reading runs', () => {
  it('an unchanged run is a free 304, and the ledger tells polls apart', async () => {
    await start();
    const id = sandbox.actions.addRun('acme/big', TWO_JOBS);
    const first = await rest(sandbox, `${RUNS}/${id}`);
    const etag = first.headers.get('etag') ?? '';
    const again = await rest(sandbox, `${RUNS}/${id}`, { headers: { 'if-none-match': etag } });
    expect([again.status, again.headers.get('x-ratelimit-used')]).toEqual([304, '1']);
    await clock.advance(5_000);
    expect((await rest(sandbox, `${RUNS}/${id}`, { headers: { 'if-none-match': etag } })).status).toBe(200);
    expect(sandbox.counters().byKind.run).toMatchObject({ requests: 3, cost: 2 });
    expect(sandbox.counters().cost).toEqual({ graphql: 0, rest: 2 });
  });

  it('listings filter, page and lag as told', async () => {
    await start({ actions: { listDelayMs: 3_000 } });
    for (const event of ['push', 'workflow_dispatch', 'workflow_dispatch']) {
      sandbox.actions.addRun('acme/big', { event, displayTitle: event });
      await clock.advance(1_000);
    }
    const list = async (query: string) =>
      (await rest<{ total_count: number; workflow_runs: Run[] }>(sandbox, `${RUNS}${query}`)).data;
    expect(await list('')).toMatchObject({ total_count: 1, workflow_runs: [{ display_title: 'push' }] });
    await clock.advance(5_000);
    const wanted = '?event=workflow_dispatch&per_page=1&created=%3E%3D2026-11-21T14:00:01Z';
    expect(await list(wanted)).toMatchObject({
      total_count: 2,
      workflow_runs: [{ created_at: '2026-11-21T14:00:02Z' }],
    });
    expect((await rest(sandbox, `${RUNS}${wanted}`)).headers.get('link')).toContain('page=2');
    expect((await list('?created=%3C2026-11-21T14:00:01Z')).total_count).toBe(1);
    expect((await list('?status=completed')).total_count).toBe(3);
    expect((await list('?status=queued')).total_count).toBe(0);
  });

  it('a log is on a host of its own that takes no token, for a minute; it may come late, never, or be 50 MB', async () => {
    await start();
    const bytes = 50 * 1024 * 1024;
    const id = sandbox.actions.addRun('acme/big', {
      jobs: [
        { name: 'big', log: { bytes } },
        { name: 'never', log: null, conclusion: 'cancelled' },
        { name: 'late\u001b]0;x\u0007', log: 'text', logDelayMs: 2_000 },
      ],
    });
    const [big, never, late] = await jobsOf(id);
    expect(late?.name).toBe('late\u001b]0;x\u0007');
    const linkOf = (job: Job | undefined) => rest(sandbox, `/repos/acme/big/actions/jobs/${job?.id}/logs`);
    const location = (await linkOf(big)).headers.get('location') ?? '';
    expect((await (await fetch(location)).arrayBuffer()).byteLength).toBe(bytes);
    expect((await fetch(location, { headers: { authorization: 'token ghp_x' } })).status).toBe(401);
    expect(sandbox.actions.links.downloads).toEqual([
      { status: 200, withAuthorization: false },
      { status: 401, withAuthorization: true },
    ]);
    expect((await linkOf(never)).status).toBe(404);
    expect((await linkOf(late)).status).toBe(404);
    await clock.advance(61_000);
    expect((await fetch(location)).status).toBe(403);
    expect((await linkOf(late)).status).toBe(302);
  });

  it("a clock an hour ahead shows in runs and in the response's date alike", async () => {
    await start({ clockSkewMs: 3_600_000 });
    const id = sandbox.actions.addRun('acme/big', TWO_JOBS);
    const { data, headers } = await rest<Run>(sandbox, `${RUNS}/${id}`);
    expect(data.created_at).toBe('2026-11-21T15:00:00Z');
    expect(headers.get('date')).toBe('Sat, 21 Nov 2026 15:00:00 GMT');
  });
});
