import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Sandbox, type SandboxOptions, startSandbox } from '../sandbox/sandbox.ts';
import { type CommandEnd, createWorkplace, GITHUB_TOKEN, type Workplace } from '../support/backfill-process.ts';
import type { Query } from '../support/captured-content.ts';
import { differencesFromTruth } from '../support/compare-with-truth.ts';
import { createdStore } from '../support/created-store.ts';
import { type HostedPostgres, startHostedPostgres } from '../support/hosted-postgres.ts';

const PULL_REQUESTS = 60;
const REPOSITORY = 'acme/stopped';

let hosted: HostedPostgres;
let sandbox: Sandbox;
let workplace: Workplace;

const query: Query = (sql) => hosted.sql.unsafe(sql);

beforeAll(async () => {
  hosted = await startHostedPostgres();
});
afterAll(() => hosted?.close());
beforeEach(() => hosted.reset());
afterEach(async () => {
  await workplace?.remove();
  await sandbox?.close();
});

async function open(options: SandboxOptions = {}, settings: Readonly<Record<string, string>> = {}): Promise<void> {
  sandbox = await startSandbox({
    repositories: [{ owner: 'acme', name: 'stopped', prs: PULL_REQUESTS }],
    latency: 'github',
    latencyFactor: 0.02,
    ...options,
  });
  workplace = await createWorkplace(sandbox, {
    DEADZONE_BACKFILL_CHUNK_SIZE: '5',
    SUPABASE_URL: hosted.url,
    SUPABASE_SERVICE_KEY: hosted.serviceKey,
    ...settings,
  });
}

function backfill(...flags: readonly string[]): Promise<CommandEnd> {
  return workplace.run(['backfill', REPOSITORY, '--plain', ...flags]);
}

async function capturedPullRequests(): Promise<number> {
  const [row] = await query('select count(*)::integer as n from pull_requests');
  return Number(row?.['n']);
}

async function expectComplete(end: CommandEnd): Promise<void> {
  expect([end.code, end.stderr]).toEqual([0, end.stderr]);
  expect(await differencesFromTruth(query, sandbox.repository(REPOSITORY))).toEqual([]);
}

describe('a spent budget', () => {
  test('--on-limit pause ends with 75, asks nothing before its time, and goes on by itself afterwards', async () => {
    await open({ faults: [{ match: { kind: 'hydrate', nth: 4 }, fault: 'primary-200' }] });
    const paused = await backfill('--on-limit', 'pause');
    expect([paused.code, paused.stderr]).toEqual([75, paused.stderr]);
    expect(paused.stderr).toContain(`Next: capture-cli backfill ${REPOSITORY} --plain --on-limit pause`);
    const kept = await capturedPullRequests();
    expect(kept).toBeGreaterThan(0);
    const [state] = await query(
      'select status, pause_reason, resume_after > now() as later from progressive_backfill_state',
    );
    expect(state).toEqual({ status: 'paused', pause_reason: 'rate_limit', later: true });

    const asked = sandbox.counters().requests;
    const tooEarly = await backfill('--on-limit', 'pause');
    expect([tooEarly.code, sandbox.counters().requests]).toEqual([75, asked]);

    // An hour later.
    await query(`update progressive_backfill_state set resume_after = now() - interval '1 second'`);
    expect(sandbox.counters().limitedViolations).toBe(0);
    sandbox.reset();
    sandbox.faults.replace([]);
    await expectComplete(await backfill('--on-limit', 'pause'));
  });

  test('--on-limit wait says until when, sends nothing meanwhile, and completes', async () => {
    await open({
      faults: [
        { match: { kind: 'hydrate', nth: 4 }, fault: { type: 'primary-200', resetInMs: 500 } },
        { match: { kind: 'hydrate', nth: 8 }, fault: { type: 'secondary-403', retryAfter: 1 } },
      ],
    });
    const end = await backfill('--on-limit', 'wait');
    await expectComplete(end);
    expect(end.stderr).toContain("GitHub's budget is spent");
    expect(end.stderr).toContain('GitHub asks for a pause (secondary limit)');
    expect(sandbox.counters().limitedViolations).toBe(0);
  });
});

test('a token that expires meanwhile ends with 4; what is captured is kept, and a good token goes on', async () => {
  await open({ faults: [{ match: { kind: 'hydrate', nth: 5 }, fault: '401' }] });
  const expired = await backfill();
  expect([expired.code, expired.stderr]).toEqual([4, expired.stderr]);
  expect(expired.stderr).toContain('GitHub does not accept the token');
  const kept = await capturedPullRequests();
  expect(kept).toBeGreaterThanOrEqual(15);
  const asked = sandbox.ledger.entries().filter(({ kind }) => kind === 'hydrate').length;
  await expectComplete(await workplace.run(['backfill', REPOSITORY, '--plain'], { GITHUB_TOKEN: 'ghp_another' }));
  const again = sandbox.ledger.entries().filter(({ kind }) => kind === 'hydrate').length - asked;
  expect(again).toBeLessThan(PULL_REQUESTS / 5);
});

test('a response that hangs is given up in time, asked for smaller, and that is said', async () => {
  await open(
    { faults: [{ match: { kind: 'hydrate', nth: 3 }, fault: 'hang' }] },
    { DEADZONE_GITHUB_REQUEST_TIMEOUT_SECONDS: '1' },
  );
  const end = await backfill();
  await expectComplete(end);
  expect(end.stderr).toMatch(/GitHub did not answer in time/);
  const hydrated = sandbox.ledger.entries().filter(({ kind }) => kind === 'hydrate');
  const hung = hydrated.findIndex(({ fault }) => fault === 'hang');
  expect(hydrated[hung]?.ms).toBeGreaterThan(900);
  expect(hydrated[hung]?.ms).toBeLessThan(3_000);
  expect(hydrated[hung + 1]?.pageSize).toBeLessThan(hydrated[hung]?.pageSize ?? 0);
});

describe('an interruption', () => {
  test.each(['SIGINT', 'SIGTERM'] as const)(
    '%s: stored, exit 130 within 5 s, and the command that goes on',
    async (signal) => {
      await open({ latencyFactor: 0.1 });
      const command = workplace.start(['backfill', REPOSITORY, '--plain', '--reserve', '20%']);
      await command.said(/chunk|progress: /);
      while ((await capturedPullRequests()) === 0) await delay(5);
      const since = performance.now();
      command.kill(signal);
      const end = await command.ended();
      const took = performance.now() - since;
      console.log(`${signal}: ended after ${Math.round(took)} ms`);
      expect([end.code, end.stderr]).toEqual([130, end.stderr]);
      expect(took).toBeLessThan(5_000);
      expect(end.stderr).toContain(`capture-cli backfill ${REPOSITORY} --plain --reserve 20%`);
      const kept = await capturedPullRequests();
      expect(kept).toBeLessThan(PULL_REQUESTS);
      const [row] = await query(`select count(*)::integer as held from backfill_chunks where status = 'processing'`);
      expect(row).toEqual({ held: 0 });
      await expectComplete(await backfill());
    },
  );

  test('the second ends at once, even while the database does not answer', async () => {
    await open({ latencyFactor: 0.1 }, { DEADZONE_BACKFILL_LEASE_SECONDS: '2' });
    const command = workplace.start(['backfill', REPOSITORY, '--plain']);
    while ((await capturedPullRequests()) === 0) await delay(5);
    await hosted.sql.begin(async (blocking) => {
      await blocking`lock table backfill_chunks in access exclusive mode`;
      await delay(300);
      command.kill('SIGINT');
      await command.said(/Stopping/);
      await delay(400);
      const since = performance.now();
      command.kill('SIGINT');
      expect((await command.ended()).code).toBe(130);
      expect(performance.now() - since).toBeLessThan(1_000);
    });
    await expectComplete(await backfill());
  });
});

describe('a repository that changes meanwhile', () => {
  test('opened, edited, commented, closed and deleted ones are as GitHub has them at the end; a deleted one is no gap', async () => {
    const repository = REPOSITORY;
    await open({
      mutations: [
        { at: { request: 4 }, mutation: { kind: 'edit', repository, number: 2, title: 'edited after its capture' } },
        { at: { request: 5 }, mutation: { kind: 'append', repository, count: 7 } },
        { at: { request: 6 }, mutation: { kind: 'comment', repository, number: 60, body: 'before its capture' } },
        { at: { request: 7 }, mutation: { kind: 'comment', repository, number: 3, body: 'after its capture' } },
        { at: { request: 8 }, mutation: { kind: 'edit', repository, number: 4, state: 'CLOSED' } },
        { at: { request: 8 }, mutation: { kind: 'delete', repository, number: 1 } },
        { at: { request: 8 }, mutation: { kind: 'delete', repository, number: 59 } },
        { at: { request: 9 }, mutation: { kind: 'edit', repository, number: 58, body: 'a new text' } },
      ],
    });
    const end = await backfill();
    await expectComplete(end);
    const gone = await query('select number from pull_requests where gone_at is not null order by number');
    expect(gone).toEqual([{ number: 1 }]);
    const [state] = await query('select status, gaps from progressive_backfill_state');
    expect(state).toEqual({ status: 'completed', gaps: [] });
  });

  test('renamed in the middle: goes on, and the next run knows it by both names', async () => {
    await open({
      mutations: [{ at: { request: 6 }, mutation: { kind: 'rename', repository: REPOSITORY, name: 'renamed' } }],
    });
    const end = await backfill();
    expect([end.code, end.stderr]).toEqual([0, end.stderr]);
    const again = await workplace.run(['backfill', 'acme/renamed', '--plain']);
    expect([again.code, again.stderr]).toEqual([0, again.stderr]);
    expect(await differencesFromTruth(query, sandbox.repository('acme/renamed'))).toEqual([]);
    const names = await query('select full_name, previous_names from repositories');
    expect(names).toEqual([{ full_name: 'acme/renamed', previous_names: [REPOSITORY] }]);
  });
});

test('no token in any output, log, file or row, whatever happens', async () => {
  await open({
    faults: [
      { match: { kind: 'hydrate', nth: 2 }, fault: '502' },
      { match: { kind: 'hydrate', nth: 6 }, fault: '401' },
    ],
  });
  const ends = [
    await workplace.run(['backfill', REPOSITORY, '--verbose', '--jsonl']),
    await workplace.run(['backfill', REPOSITORY, '--verbose', '--json']),
    await workplace.run(['backfill', REPOSITORY, '--verbose', '--json'], { SUPABASE_URL: 'http://127.0.0.1:9' }),
  ];
  expect(ends.map(({ code }) => code)).toEqual([4, 4, 1]);
  // The embedded store, with a token that is good again: its files are read while it is served, and afterwards.
  sandbox.tokens.configure(GITHUB_TOKEN, {});
  await createdStore(workplace.storeDirectory);
  const embedded = workplace.start(['backfill', REPOSITORY, '--verbose', '--plain'], { SUPABASE_URL: '' });
  await embedded.said(/progress: |chunk/);
  const [running] = await secretsIn(workplace.path);
  ends.push(await embedded.ended());
  expect(ends.at(-1)?.code).toBe(0);
  const outputs = ends.map(({ stdout, stderr }) => `${stdout}${stderr}`).join('\n');
  expect(outputs.length).toBeGreaterThan(1_000);
  expect(outputs).not.toContain(GITHUB_TOKEN);
  expect(outputs).not.toContain(hosted.serviceKey);
  expect([running, ...(await secretsIn(workplace.path))].filter(Boolean)).toEqual([]);
  const tables = await query(`select format('%I', tablename) as name from pg_tables where schemaname = 'public'`);
  for (const { name } of tables) {
    const [found] = await query(
      `select count(*)::integer as n from ${String(name)} t where t::text like '%${GITHUB_TOKEN}%'`,
    );
    expect([name, found?.['n']]).toEqual([name, 0]);
  }
});

/** Files below a folder that hold GitHub's token or the hosted store's key. */
async function secretsIn(folder: string): Promise<readonly string[]> {
  const found: string[] = [];
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  expect(entries.length).toBeGreaterThan(3);
  for (const entry of entries.filter((each) => each.isFile())) {
    const path = join(entry.parentPath, entry.name);
    // A file of a running database may be gone by now.
    const bytes = await readFile(path).catch(() => Buffer.alloc(0));
    if (bytes.includes(GITHUB_TOKEN) || bytes.includes(hosted.serviceKey)) found.push(path);
  }
  return found;
}
