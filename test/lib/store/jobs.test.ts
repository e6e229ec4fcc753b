import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { systemClock } from '../../../src/lib/clock.ts';
import { createJobStore, type JobStatus, type JobStore } from '../../../src/lib/store/jobs.ts';
import { openStore } from '../../../src/lib/store/store.ts';
import type { Store } from '../../../src/lib/store/store-options.ts';
import { PROJECT_ROOT } from '../../support/cli.ts';
import { type HostedPostgres, startHostedPostgres } from '../../support/hosted-postgres.ts';

let hosted: HostedPostgres;
let store: Store;
let jobs: JobStore;

beforeAll(async () => {
  hosted = await startHostedPostgres();
  store = await openStore({
    url: hosted.url,
    serviceKey: hosted.serviceKey,
    directory: '/nowhere',
    migrationsDirectory: join(PROJECT_ROOT, 'supabase', 'migrations'),
    clock: systemClock,
  });
  jobs = createJobStore(store.client);
});

beforeEach(() => hosted.reset());

afterAll(async () => {
  await store?.close();
  await hosted?.close();
});

const RUN = '9007199254740993';

const job = (requestId: string) => ({
  request_id: requestId,
  pipeline: 'backfill',
  dispatch_repository: 'acme/ops',
  workflow: 'progressive-backfill.yml',
  ref: 'main',
  inputs: { repository: 'acme/big', workers: '4' },
});

describe('a job', () => {
  test('goes from queued to its end and keeps the run, its address and the times', async () => {
    expect(await jobs.open(job('r1'))).toMatchObject({ status: 'queued', run_id: null, run_attempt: 0 });
    const name = { requestId: 'r1', runId: RUN };
    await jobs.advance(name, { status: 'dispatched', run_attempt: 1, run_url: 'https://example.test/1' });
    await jobs.advance(name, { status: 'running', run_attempt: 1 });
    const ended = await jobs.advance(
      { repository: 'acme/ops', runId: RUN },
      { status: 'completed', run_attempt: 1, conclusion: 'success' },
    );
    expect(ended).toMatchObject({
      status: 'completed',
      run_id: RUN,
      run_url: 'https://example.test/1',
      conclusion: 'success',
      inputs: { repository: 'acme/big', workers: '4' },
    });
    expect([ended?.dispatched_at, ended?.started_at, ended?.finished_at]).not.toContain(null);
    expect(await jobs.ofRun('acme/ops', RUN)).toEqual(ended);
    expect(await jobs.newest('acme/ops', 5)).toEqual([ended]);
  });

  test('never goes back, whichever reports come late', async () => {
    const order: readonly JobStatus[] = ['queued', 'dispatched', 'running', 'completed', 'failed', 'cancelled'];
    const rank = (status: JobStatus) => Math.min(3, order.indexOf(status));
    for (const from of order) {
      for (const to of order) {
        const requestId = `${from}-${to}`;
        await jobs.open(job(requestId));
        const runId = String(order.indexOf(from) * 10 + order.indexOf(to) + 1);
        await jobs.advance({ requestId, runId }, { status: from, run_attempt: 1 });
        const after = await jobs.advance({ requestId, runId }, { status: to, run_attempt: 1 });
        expect([requestId, after?.status]).toEqual([requestId, rank(to) > rank(from) ? to : from]);
      }
    }
  });

  test('that has ended is reopened by a new attempt of its run alone', async () => {
    await jobs.open(job('r1'));
    const name = { requestId: 'r1', runId: RUN };
    await jobs.advance(name, { status: 'failed', run_attempt: 1, conclusion: 'failure' });
    expect(await jobs.advance(name, { status: 'running', run_attempt: 2 })).toMatchObject({
      status: 'running',
      run_attempt: 2,
      conclusion: null,
      finished_at: null,
    });
    expect(await jobs.advance(name, { status: 'completed', run_attempt: 1 })).toMatchObject({ status: 'running' });
  });

  test('that was refused before it had a run stays failed', async () => {
    await jobs.open(job('r1'));
    await jobs.advance({ requestId: 'r1', runId: null }, { status: 'failed', error: 'no permission' });
    const after = await jobs.advance({ requestId: 'r1', runId: RUN }, { status: 'running', run_attempt: 1 });
    expect(after).toMatchObject({ status: 'failed', run_id: null, error: 'no permission' });
  });

  test('is opened once, however often the request is sent', async () => {
    const [first, second] = await Promise.all([jobs.open(job('r1')), jobs.open(job('r1'))]);
    expect(first.id).toBe(second.id);
  });
});

test('a run that was not asked for here has no job', async () => {
  expect(await jobs.advance({ repository: 'acme/ops', runId: '7' }, { status: 'running', run_attempt: 1 })).toBeNull();
  expect(await jobs.ofRun('acme/ops', '7')).toBeNull();
});

test('only the service role may call the procedures or read the table', async () => {
  const rows = await hosted.sql<{ name: string; allowed: boolean }[]>`
    select p.oid::regprocedure::text as name, has_function_privilege('anon', p.oid, 'execute') as allowed
    from pg_proc p where p.proname like 'capture\\_job%'`;
  expect(rows.length).toBeGreaterThanOrEqual(5);
  expect(rows.filter(({ allowed }) => allowed)).toEqual([]);
  const [table] = await hosted.sql`select relrowsecurity from pg_class where relname = 'progressive_capture_jobs'`;
  expect(table?.['relrowsecurity']).toBe(true);
});
