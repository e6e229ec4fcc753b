import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { capturedContent } from '../support/captured-content.ts';
import { type CliRig, startCliRig } from '../support/cli-rig.ts';
import { differencesFromTruth } from '../support/compare-with-truth.ts';
import { directoryFingerprint, temporaryDirectory } from '../support/temp.ts';

const counts = z.strictObject({
  pull_requests: z.int(),
  files: z.int(),
  reviews: z.int(),
  review_comments: z.int(),
  comments: z.int(),
  commits: z.int(),
});
const gap = z.strictObject({
  number: z.int().nullable(),
  kind: z.string(),
  expected: z.int().nullable(),
  captured: z.int(),
  reason: z.string(),
  detail: z.string().optional(),
});
/** What `backfill --json` promises. */
const resultDocument = z.strictObject({
  event: z.literal('backfill.finished'),
  repository: z.string(),
  outcome: z.enum(['completed', 'completed_with_gaps', 'paused', 'cancelled', 'failed', 'stopped', 'interrupted']),
  finished: z.int(),
  total: z.int(),
  rows: counts,
  quarantined: z.int(),
  gaps: z.array(gap),
  cost: z.strictObject({ graphql: z.int(), rest: z.int() }),
  requests: z.int(),
  elapsedMs: z.number(),
  resumeAfter: z.number().optional(),
  pauseReason: z.string().optional(),
});
const eventLine = z.looseObject({
  schemaVersion: z.literal(1),
  ts: z.iso.datetime(),
  event: z.string().regex(/^[a-z_]+\.[a-z_]+$/),
});

let rig: CliRig;

beforeAll(async () => {
  rig = await startCliRig();
});

afterAll(async () => {
  await rig.close();
});

/** Chunks of pull requests of the newest backfill, in their order. */
async function chunkSizes(databaseId: number): Promise<readonly number[]> {
  const rows = await rig.query(`
    select c.items from backfill_chunks c join progressive_backfill_state s on s.id = c.state_id
    where s.repository_id = ${databaseId} and c.kind = 'pull_requests'
      and s.started_at = (select max(started_at) from progressive_backfill_state where repository_id = ${databaseId})
    order by c.chunk_number`);
  return rows.map(({ items }) => Number(items));
}

function hydrations(): number {
  return rig.sandbox.counters().byKind.hydrate.requests;
}

describe('how much at once', () => {
  test('--chunk-size, its variable and its setting bound the pull requests of a chunk', async () => {
    const { databaseId } = rig.repository({ owner: 'acme', name: 'sized', prs: 24 });
    const fresh = ['backfill', 'acme/sized', '--fresh', '--json'];
    await rig.run([...fresh, '--chunk-size', '4']);
    expect(Math.max(...(await chunkSizes(databaseId)))).toBe(4);
    await rig.run(fresh, { env: { DEADZONE_BACKFILL_CHUNK_SIZE: '3' } });
    expect(Math.max(...(await chunkSizes(databaseId)))).toBe(3);
    await rig.run([...fresh, '--chunk-size', '6'], { env: { DEADZONE_BACKFILL_CHUNK_SIZE: '3' } });
    expect(Math.max(...(await chunkSizes(databaseId)))).toBe(6);
  });

  test('--max-chunks stops with 69 and the command that goes on, which completes it', async () => {
    const repository = rig.repository({ owner: 'acme', name: 'in-steps', prs: 30 });
    const first = await rig.run(['backfill', '--chunk-size', '15', 'acme/in-steps', '--max-chunks', '1']);
    expect(first.exitCode).toBe(69);
    expect(first.stderr).toContain('stopped: acme/in-steps, 15 of 30 pull requests (50.0%), at the limit that was set');
    const next = /^Next: capture-cli (.+)$/m.exec(first.stderr)?.[1] ?? '';
    expect(next).toBe('backfill acme/in-steps --chunk-size 15 --max-chunks 1');
    const codes: (number | undefined)[] = [];
    for (let run = 0; run < 12 && codes.at(-1) !== 0; run += 1) codes.push((await rig.run(next.split(' '))).exitCode);
    expect(new Set(codes.slice(0, -1))).toEqual(new Set([69]));
    expect(codes.at(-1)).toBe(0);
    expect(await differencesFromTruth(rig.query, repository)).toEqual([]);
  });

  test('--reserve leaves that much of the budget to others', async () => {
    rig.repository({ owner: 'acme', name: 'reserved', prs: 5 });
    const token = { GITHUB_TOKEN: 'ghp_reserve' };
    rig.sandbox.tokens.configure('ghp_reserve', { graphqlLimit: 100 });
    const args = ['backfill', 'acme/reserved', '--on-limit', 'pause'];
    const refused = await rig.run([...args, '--reserve', '99'], { env: token });
    expect(refused.exitCode).toBe(75);
    expect(refused.stderr).toContain('paused: acme/reserved');
    rig.repository({ owner: 'acme', name: 'unreserved', prs: 5 });
    const granted = await rig.run(['backfill', 'acme/unreserved', '--reserve', '20%', '--jsonl'], { env: token });
    expect(granted.exitCode).toBe(0);
    expect(granted.stdout).toContain('"limit":100,');
    expect(granted.stdout).toContain('"reserve":20,');
  });
});

describe('how long', () => {
  test('--max-minutes stops with 69 and keeps what is captured', async () => {
    // The shortest limit is a minute: the timer of that length goes off early in this process.
    const repository = rig.repository({ owner: 'acme', name: 'timed', prs: 60 });
    const faster = `import timers from 'node:timers/promises';
      import { syncBuiltinESMExports } from 'node:module';
      const sleep = timers.setTimeout;
      timers.setTimeout = (ms, ...rest) => sleep(ms === 60_000 ? 1_000 : ms, ...rest);
      syncBuiltinESMExports();`;
    rig.sandbox.faults.replace([
      { match: { kind: 'hydrate', from: 2 }, fault: { type: 'slow-body', delayMs: 20_000 } },
    ]);
    const stopped = await rig.run(['backfill', 'acme/timed', '--max-minutes', '1', '--chunk-size', '5'], {
      nodeArgs: ['--import', `data:text/javascript,${encodeURIComponent(faster)}`],
    });
    rig.sandbox.faults.replace([]);
    expect(stopped.exitCode).toBe(69);
    expect(stopped.stderr).toContain('stopped: acme/timed, ');
    expect((await rig.run(['backfill', 'acme/timed'])).exitCode).toBe(0);
    expect(await differencesFromTruth(rig.query, repository)).toEqual([]);
  });
});

describe('only a part', () => {
  test('--since captures what changed since then, and verify compares that and says so', async () => {
    const repository = rig.repository({ owner: 'acme', name: 'recent', prs: 120 });
    for (const number of [7, 70, 100]) {
      rig.sandbox.mutate({ kind: 'edit', repository: 'acme/recent', number, title: `edited ${number}` });
    }
    const since = repository.pullRequest(7)?.updatedAt ?? '';
    rig.sandbox.reset();
    const run = await rig.run(['backfill', 'acme/recent', '--since', since]);
    expect(run.exitCode).toBe(0);
    expect(run.stderr).toContain('captures only pull requests that changed since');
    expect(run.stderr).toContain('completed: acme/recent, 3 of 3 pull requests (100%)');
    const only = ({ pullRequest }: { pullRequest: { updatedAt: string } }) => pullRequest.updatedAt >= since;
    expect(await differencesFromTruth(rig.query, repository, { only })).toEqual([]);

    const verified = await rig.run(['backfill', 'verify', 'acme/recent']);
    expect(verified.exitCode).toBe(0);
    expect(verified.stdout).toContain('acme/recent: verified, 3 pull requests\n');
    expect(verified.stdout).toMatch(/scope +only pull requests that changed since .* UTC/);
    expect((await rig.run(['backfill', 'status', 'acme/recent'])).stdout).toMatch(/scope +only pull requests/);

    rig.sandbox.mutate({ kind: 'edit', repository: 'acme/recent', number: 8, title: 'edited 8' });
    const stale = await rig.run(['backfill', 'verify', 'acme/recent', '--json']);
    expect(stale.exitCode).toBe(68);
    expect(JSON.parse(stale.stdout).gaps).toEqual([expect.objectContaining({ number: 8, reason: 'missing' })]);

    expect((await rig.run(['backfill', 'acme/recent'])).exitCode).toBe(0);
    expect(await differencesFromTruth(rig.query, repository)).toEqual([]);
    const whole = await rig.run(['backfill', 'verify', 'acme/recent']);
    expect(whole.stdout).toContain('verified, 120 pull requests and all that belongs to them');
  });

  test.each([
    ['files', ['files']],
    ['reviews', ['review_comments', 'reviews']],
    ['comments', ['comments']],
    ['commits', ['commits']],
  ])('--only %s captures nothing else, and without it the rest follows once', async (kind, kinds) => {
    const repository = rig.repository({ owner: 'acme', name: `only-${kind}`, prs: 30 });
    const { databaseId } = repository;
    rig.sandbox.reset();
    const part = await rig.run(['backfill', `acme/only-${kind}`, '--only', kind, '--json']);
    expect(part.exitCode).toBe(0);
    const { rows } = resultDocument.parse(JSON.parse(part.stdout));
    const captured = Object.entries(rows).filter(([, count]) => count > 0);
    expect(captured.map(([name]) => name).sort()).toEqual(['pull_requests', ...kinds].sort());
    const stored = `select distinct captured_kinds from pull_requests where repository_id = ${databaseId}`;
    expect(await rig.query(stored)).toEqual([{ captured_kinds: kinds }]);
    const onePass = hydrations();
    if (kind === 'files') {
      const verified = await rig.run(['backfill', 'verify', 'acme/only-files']);
      expect(verified.exitCode).toBe(0);
      expect(verified.stdout).toMatch(/scope +pull requests with files only/);
    }

    rig.sandbox.reset();
    expect((await rig.run(['backfill', `acme/only-${kind}`])).exitCode).toBe(0);
    const asked = hydrations();
    expect(await differencesFromTruth(rig.query, repository)).toEqual([]);
    expect(await rig.query(stored)).toEqual([
      { captured_kinds: ['comments', 'commits', 'files', 'review_comments', 'reviews'] },
    ]);
    // One pass, and the further pages of long lists of the other kinds.
    expect(asked).toBeLessThanOrEqual(onePass + 2);
    rig.sandbox.reset();
    expect((await rig.run(['backfill', `acme/only-${kind}`, '--only', kind])).exitCode).toBe(0);
    expect(hydrations()).toBe(0);
  });

  test('resume goes on with what was asked for', async () => {
    const repository = rig.repository({ owner: 'acme', name: 'part-paused', prs: 30 });
    const stopped = await rig.run(['backfill', 'acme/part-paused', '--max-chunks', '1', '--chunk-size', '5'], {
      env: { DEADZONE_BACKFILL_ONLY: 'files,commits' },
    });
    expect(stopped.exitCode).toBe(69);
    expect((await rig.run(['backfill', 'pause', 'acme/part-paused'])).exitCode).toBe(0);
    expect((await rig.run(['backfill', 'resume', 'acme/part-paused'])).exitCode).toBe(0);
    expect(
      await differencesFromTruth(rig.query, repository, { tables: ['pull_requests', 'files', 'commits'] }),
    ).toEqual([]);
    const [row] = await rig.query(
      `select count(*)::integer as reviews from reviews v join pull_requests p on p.github_id = v.pull_request_id
        where p.repository_id = ${repository.databaseId}`,
    );
    expect(row).toEqual({ reviews: 0 });
  });
});

describe('--dry-run', () => {
  test('tells what it would cost and changes no row of a hosted store', async () => {
    rig.repository({ owner: 'acme', name: 'dry', prs: 40 });
    const before = [
      await capturedContent(rig.query),
      await rig.query('select id, updated_at from progressive_backfill_state order by id'),
    ];
    const { exitCode, stdout } = await rig.run(['backfill', 'acme/dry', '--dry-run']);
    expect(exitCode).toBe(0);
    expect(stdout).toContain('acme/dry: would capture 40 pull requests in about');
    expect(stdout).toContain('Nothing was written');
    expect([
      await capturedContent(rig.query),
      await rig.query('select id, updated_at from progressive_backfill_state order by id'),
    ]).toEqual(before);
  });

  test('creates no store, and leaves one that is there as it is, byte for byte', async () => {
    const folder = await temporaryDirectory();
    try {
      rig.repository({ owner: 'acme', name: 'dry-here', prs: 6 });
      const env = { SUPABASE_URL: '', SUPABASE_SERVICE_KEY: '' };
      const args = ['backfill', 'acme/dry-here', '--store', join(folder.path, 'store')];
      expect((await rig.run([...args, '--dry-run'], { env })).exitCode).toBe(0);
      expect(await readdir(folder.path)).toEqual([]);
      expect((await rig.run(args, { env })).exitCode).toBe(0);
      const before = await directoryFingerprint(folder.path);
      expect((await rig.run([...args, '--dry-run', '--fresh', '--json'], { env })).exitCode).toBe(0);
      expect(await directoryFingerprint(folder.path)).toBe(before);
    } finally {
      await folder.remove();
    }
  });
});

describe('--fresh', () => {
  test('captures everything again and deletes nothing', async () => {
    const repository = rig.repository({ owner: 'acme', name: 'afresh', prs: 30 });
    await rig.run(['backfill', 'acme/afresh']);
    await rig.query(
      `update pull_requests set title = 'damaged' where repository_id = ${repository.databaseId} and number = 3`,
    );
    const [extra] = await rig.query(
      `select count(*)::integer as n from pull_requests where repository_id = ${repository.databaseId}`,
    );
    rig.sandbox.reset();
    const { exitCode, stdout } = await rig.run(['backfill', 'acme/afresh', '--fresh', '--json']);
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout).rows.pull_requests).toBe(30);
    expect(hydrations()).toBeGreaterThan(0);
    expect(await differencesFromTruth(rig.query, repository)).toEqual([]);
    expect(extra).toEqual({ n: 30 });
  });
});

describe('for programs', () => {
  test('--json is one document of the promised shape and nothing beside it', async () => {
    rig.repository({ owner: 'acme', name: 'documented', prs: 8, overrides: { 2: { commits: 300 } } });
    const { exitCode, stdout, stderr } = await rig.run(['backfill', 'acme/documented', '--json']);
    expect(exitCode).toBe(68);
    expect(stderr).not.toContain('progress');
    expect(resultDocument.parse(JSON.parse(stdout))).toMatchObject({
      repository: 'acme/documented',
      outcome: 'completed_with_gaps',
      gaps: [{ number: 2, reason: 'commits_truncated_at_source', expected: 300, captured: 250 }],
    });
  });

  test('--jsonl is one event a line on stdout, from start to end', async () => {
    rig.repository({ owner: 'acme', name: 'streamed', prs: 8 });
    const { exitCode, stdout } = await rig.run(['backfill', 'acme/streamed', '--jsonl']);
    expect(exitCode).toBe(0);
    const lines = stdout
      .trimEnd()
      .split('\n')
      .map((line) => eventLine.parse(JSON.parse(line)));
    const names = lines.map(({ event }) => event);
    expect(names).toContain('chunk.committed');
    expect(names.at(-1)).toBe('backfill.finished');
    expect(names.filter((name) => name === 'backfill.started')).toHaveLength(1);
    const { schemaVersion: _, ts: __, ...last } = lines.at(-1) ?? {};
    expect(resultDocument.parse(last)).toMatchObject({ outcome: 'completed', finished: 8 });
  });

  test('--plain and a pipe give lines, the result of which is on stderr', async () => {
    rig.repository({ owner: 'acme', name: 'lined', prs: 3 });
    for (const flags of [[], ['--plain']]) {
      const { stdout, stderr } = await rig.run(['backfill', 'acme/lined', ...flags]);
      expect(stdout).toBe('');
      expect(stderr).toContain('completed: acme/lined, 3 of 3 pull requests (100%)');
    }
  });
});
