import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { ProgressEvent } from '../../src/lib/progress/events.ts';
import { type Sandbox, type SandboxOptions, startSandbox } from '../sandbox/sandbox.ts';
import { createWorkplace, type Workplace } from '../support/backfill-process.ts';
import { capturedContent, type Query } from '../support/captured-content.ts';
import { differencesFromTruth } from '../support/compare-with-truth.ts';
import { type HostedPostgres, startHostedPostgres } from '../support/hosted-postgres.ts';

const PULL_REQUESTS = 120;
const REPOSITORY = 'acme/shared';

let hosted: HostedPostgres;
let sandbox: Sandbox;
let workplace: Workplace;

const query: Query = (sql) => hosted.sql.unsafe(sql);

beforeAll(async () => {
  hosted = await startHostedPostgres({ connections: 12 });
});
afterAll(() => hosted?.close());
beforeEach(() => hosted.reset());
afterEach(async () => {
  await workplace?.remove();
  await sandbox?.close();
});

function hostedSettings(): Readonly<Record<string, string>> {
  return { SUPABASE_URL: hosted.url, SUPABASE_SERVICE_KEY: hosted.serviceKey };
}

async function open(options: SandboxOptions = {}, settings: Readonly<Record<string, string>> = {}): Promise<void> {
  sandbox = await startSandbox({
    repositories: [{ owner: 'acme', name: 'shared', prs: PULL_REQUESTS, seed: 5 }],
    latency: 'github',
    latencyFactor: 0.02,
    ...options,
  });
  workplace = await createWorkplace(sandbox, { DEADZONE_BACKFILL_CHUNK_SIZE: '5', ...hostedSettings(), ...settings });
}

/** How often each pull request was asked for with its children. */
function timesHydrated(): ReadonlyMap<number, number> {
  const times = new Map<number, number>();
  for (const { kind, numbers, pageSize } of sandbox.ledger.entries()) {
    if (kind !== 'hydrate' || pageSize === 0) continue;
    for (const [first, last] of numbers)
      for (let number = first; number <= last; number += 1) times.set(number, (times.get(number) ?? 0) + 1);
  }
  return times;
}

describe('several workers on one repository', () => {
  test.each([2, 4])('%i of them: no chunk twice, no row doubled, all end with 0', async (count) => {
    // Slow enough that a worker which found nothing to do yet looks again, after a second, before all is done.
    await open({ latencyFactor: 0.1 });
    const workers = Array.from({ length: count }, () => workplace.start(['backfill', REPOSITORY, '--jsonl']));
    const ends = await Promise.all(workers.map((worker) => worker.ended()));
    expect(ends.map(({ code, stderr }) => [code, stderr])).toEqual(ends.map(({ stderr }) => [0, stderr]));
    const times = [...timesHydrated().values()];
    expect(times.length).toBe(PULL_REQUESTS);
    expect(times.every((each) => each === 1)).toBe(true);
    expect(await differencesFromTruth(query, sandbox.repository(REPOSITORY))).toEqual([]);
    const owners = await query(
      `select count(*)::integer as chunks, sum(attempts)::integer as claims, max(attempts)::integer as most from backfill_chunks`,
    );
    expect(owners[0]?.['claims']).toBe(owners[0]?.['chunks']);
    const busy = ends.filter(({ stdout }) => stdout.includes('"chunk.committed"')).length;
    console.log(`${count} workers, ${owners[0]?.['chunks']} chunks, ${busy} workers stored some`);
    expect(busy).toBeGreaterThan(1);
  });

  test('4 of them with one token share its budget: none is refused, nothing is sent while limited', async () => {
    const limit = 30;
    await open({ graphqlLimit: limit, windowMs: 2_000 }, { DEADZONE_BACKFILL_RESERVE: '20%' });
    const workers = [1, 2, 3, 4].map(() => workplace.start(['backfill', REPOSITORY, '--jsonl', '--on-limit', 'wait']));
    const ends = await Promise.all(workers.map((worker) => worker.ended()));
    expect(ends.map(({ code, stderr }) => [code, stderr])).toEqual(ends.map(({ stderr }) => [0, stderr]));
    const { cost, limitedViolations, limitRefusals } = sandbox.counters();
    expect(cost.graphql).toBeGreaterThan(limit);
    expect([limitedViolations, limitRefusals]).toEqual([0, 0]);
    // What GitHub told as remaining after each answer: a budget that never ends is never overdrawn.
    const remaining = ends
      .flatMap(({ stdout }) => stdout.split('\n'))
      .map((line) => (line === '' ? null : (JSON.parse(line) as ProgressEvent)))
      .flatMap((event) => (event?.event === 'budget.updated' && event.resource === 'graphql' ? [event.remaining] : []));
    expect(Math.min(...remaining)).toBeGreaterThan(0);
    expect(await differencesFromTruth(query, sandbox.repository(REPOSITORY))).toEqual([]);
  });

  test('one that is frozen past its lease stores nothing: another takes its chunk over', async () => {
    await open({}, { DEADZONE_BACKFILL_LEASE_SECONDS: '2' });
    const frozen = workplace.start(['backfill', REPOSITORY, '--jsonl']);
    await frozen.said(/"chunk.committed"/);
    for (;;) {
      frozen.kill('SIGSTOP');
      // What it had sent the database before is still done.
      await delay(300);
      // In the middle of a chunk: else it would have nothing to lose.
      const [row] = await query(`select count(*)::integer as n from backfill_chunks where status = 'processing'`);
      if (row?.['n'] !== 0) break;
      frozen.kill('SIGCONT');
      await delay(3);
    }
    const [before] = await query(
      `select array_agg(id order by id) as ids, max(lease_owner) as owner from backfill_chunks where status = 'processing'`,
    );
    const other = await workplace.run(['backfill', REPOSITORY, '--jsonl']);
    expect([other.code, other.stderr]).toEqual([0, other.stderr]);
    const [after] = await query(
      `select bool_and(status = 'completed') as done, min(attempts)::integer as claims from backfill_chunks where id = any ('{${String(before?.['ids'])}}')`,
    );
    expect(after).toEqual({ done: true, claims: 2 });
    const content = await capturedContent(query);
    frozen.kill('SIGCONT');
    const end = await frozen.ended();
    expect(end.stdout).toContain('was taken over by another worker; nothing of it was stored here');
    expect(end.code).toBe(0);
    expect(await capturedContent(query)).toEqual(content);
    expect(await differencesFromTruth(query, sandbox.repository(REPOSITORY))).toEqual([]);
  }, 60_000);
});
