import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { SandboxRepository } from '../sandbox/history/repository.ts';
import { capturedContent } from '../support/captured-content.ts';
import { type CliRig, startCliRig } from '../support/cli-rig.ts';
import { differencesFromTruth } from '../support/compare-with-truth.ts';

const NAME = 'acme/verified';
let rig: CliRig;
let repository: SandboxRepository;

beforeAll(async () => {
  rig = await startCliRig({ repositories: [{ owner: 'acme', name: 'verified', prs: 150 }] });
  repository = rig.sandbox.repository(NAME);
  await rig.run(['backfill', NAME]);
});

beforeEach(() => rig.sandbox.reset());

afterAll(async () => {
  await rig.close();
});

async function verify() {
  const before = await capturedContent(rig.query);
  const { exitCode, stdout, stderr } = await rig.run(['backfill', 'verify', NAME, '--json']);
  expect(await capturedContent(rig.query)).toEqual(before);
  return {
    exitCode,
    stderr,
    ...(JSON.parse(stdout) as { verified: boolean; total: number; gaps: readonly unknown[] }),
  };
}

/** Every row that a run may touch, with the transaction that wrote it. */
async function rowVersions(): Promise<readonly unknown[]> {
  const tables = [
    'contributors',
    'pull_requests',
    'pull_request_files',
    'reviews',
    'comments',
    'commits',
    'pull_request_commits',
  ];
  const rows = await rig.query(
    tables
      .map(
        (table) =>
          `select '${table}' as name, count(*)::integer as rows, md5(string_agg(xmin::text || ctid::text, ',' order by ctid)) as versions from ${table}`,
      )
      .join(' union all ')
      .concat(' order by name'),
  );
  return rows;
}

describe('verify', () => {
  test('is content with what is equal, and shows how far it has compared', async () => {
    const { exitCode, stdout, stderr } = await rig.run(['backfill', 'verify', NAME]);
    expect(exitCode).toBe(0);
    expect(stdout).toContain(`${NAME}: verified, 150 pull requests and all that belongs to them`);
    expect(stderr).toContain(`verifying: ${NAME}, 150 pull requests against GitHub's counts`);
    expect(stderr).toContain('progress: compared 100 of 150 pull requests (66.6%)');
    expect(stderr).not.toMatch(/\b0 of 150/);
    expect(rig.sandbox.counters().cost.graphql).toBeLessThanOrEqual(3);
  });

  test('lists a row of every kind that is missing, each as what it is, and the next run brings them back', async () => {
    const pr = `(select github_id from pull_requests where repository_id = ${repository.databaseId} and number =`;
    const one = async (kind: string, sql: (number: number) => string) => {
      const [found] = await rig.query(sql(0));
      return { kind, number: Number(found?.['number']) };
    };
    const withMost =
      (table: string, where = 'true') =>
      () =>
        `select p.number from ${table} t join pull_requests p on p.github_id = t.pull_request_id
        where p.repository_id = ${repository.databaseId} and ${where} group by p.number order by count(*) desc, p.number limit 1`;
    const expected = [
      await one('files', withMost('pull_request_files')),
      await one('reviews', withMost('reviews', 'not exists (select from comments c where c.review_id = t.github_id)')),
      await one('review_comments', withMost('comments', "comment_type = 'review_comment'")),
      await one('comments', withMost('comments', "comment_type = 'issue_comment'")),
      await one('commits', withMost('pull_request_commits')),
    ];
    const at = (kind: string) => expected.find((each) => each.kind === kind)?.number ?? 0;
    await rig.query(
      `delete from pull_request_files where ctid = (select ctid from pull_request_files where pull_request_id = ${pr} ${at('files')}) limit 1)`,
    );
    await rig.query(`delete from reviews where github_id = (select github_id from reviews t where pull_request_id = ${pr} ${at('reviews')})
      and not exists (select from comments c where c.review_id = t.github_id) limit 1)`);
    for (const [kind, type] of [
      ['review_comments', 'review_comment'],
      ['comments', 'issue_comment'],
    ] as const) {
      await rig.query(`delete from comments where comment_type = '${type}' and github_id = (select github_id from comments
        where comment_type = '${type}' and pull_request_id = ${pr} ${at(kind)}) limit 1)`);
    }
    await rig.query(
      `delete from pull_request_commits where ctid = (select ctid from pull_request_commits where pull_request_id = ${pr} ${at('commits')}) limit 1)`,
    );
    const lost =
      [...repository.numbers].reverse().find((number) => !expected.some((each) => each.number === number)) ?? 0;
    await rig.query(`delete from pull_requests where repository_id = ${repository.databaseId} and number = ${lost}`);

    const { exitCode, verified, gaps } = await verify();
    expect({ exitCode, verified }).toEqual({ exitCode: 68, verified: false });
    expect(gaps).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ number: lost, kind: 'pull_requests', reason: 'missing' }),
        ...expected.map(({ kind, number }) => expect.objectContaining({ kind, number, reason: 'missing' })),
      ]),
    );
    expect(gaps).toHaveLength(6);
    const told = await rig.run(['backfill', 'verify', NAME]);
    expect(told.stdout).toContain(`${NAME}: 6 gaps (6 missing)`);
    expect(told.stdout).toContain(`#${lost}: GitHub has it and the store does not`);
    expect(told.stdout).toMatch(/#\d+ files: [\d,]+ of [\d,]+ captured; GitHub has more than the store/);
    expect(told.stdout).toContain(`next    capture-cli backfill ${NAME}`);

    // What verify says comes next must help.
    const next = await rig.run(['backfill', NAME]);
    expect(next.exitCode).toBe(0);
    expect(await differencesFromTruth(rig.query, repository)).toEqual([]);
    expect((await verify()).verified).toBe(true);
  });

  test('tells surplus rows, a new pull request, a stale one and a quarantined one apart', async () => {
    await rig.query(`insert into pull_request_files (pull_request_id, path, additions, deletions, change_type)
      select github_id, 'not/on/github.ts', 1, 0, 'ADDED' from pull_requests where repository_id = ${repository.databaseId} and number = 4`);
    await rig.query(`insert into pull_requests (github_id, node_id, repository_id, number, title, state, merged, draft, locked,
        base_branch, head_branch, html_url, created_at, updated_at, captured_kinds)
      values (1, 'PR_none', ${repository.databaseId}, 9999, 'x', 'open', false, false, false, 'main', 'x', 'x', now(), now(),
        '{comments,commits,files,review_comments,reviews}')`);
    rig.sandbox.mutate({ kind: 'edit', repository: NAME, number: 12, title: 'edited' });
    rig.sandbox.mutate({ kind: 'append', repository: NAME, count: 1 });
    rig.sandbox.faults.replace([{ match: { kind: 'hydrate', number: 12 }, fault: '502' }]);
    const before = await verify();
    expect(before.exitCode).toBe(68);
    expect(before.gaps).toEqual(
      expect.arrayContaining([
        { number: 12, kind: 'pull_requests', expected: 1, captured: 1, reason: 'stale' },
        { number: 151, kind: 'pull_requests', expected: 1, captured: 0, reason: 'missing' },
        { number: 9999, kind: 'pull_requests', expected: 0, captured: 1, reason: 'surplus' },
        expect.objectContaining({ number: 4, kind: 'files', reason: 'surplus' }),
      ]),
    );

    const run = await rig.run(['backfill', NAME]);
    rig.sandbox.faults.replace([]);
    expect(run.exitCode).toBe(68);
    const after = await verify();
    expect(after.gaps).toContainEqual(
      expect.objectContaining({ number: 12, reason: 'quarantined', detail: expect.stringContaining('HTTP 502') }),
    );
    // GitHub has no 9999: the run has marked it, and it counts no longer. The surplus file went with the capture of #4.
    expect(after.gaps).toHaveLength(1);

    const recovered = await rig.run(['backfill', 'recover', NAME]);
    expect(recovered.stdout).toContain('#12 set aside: GitHub timed out (HTTP 502)');
    expect((await rig.run(['backfill', NAME])).exitCode).toBe(0);
    expect(await differencesFromTruth(rig.query, repository)).toEqual([]);
    expect((await verify()).verified).toBe(true);
  });
});

describe('running again on what is finished', () => {
  test('changes no row and costs at most 1.2 points for 100 of 2,000 pull requests', async () => {
    const big = rig.repository({ owner: 'acme', name: 'big', prs: 2_000 });
    expect((await rig.run(['backfill', 'acme/big', '--json'])).exitCode).toBe(0);
    const before = await rowVersions();
    const again = await rig.run(['backfill', 'acme/big', '--json']);
    expect(again.exitCode).toBe(0);
    const { cost, rows } = JSON.parse(again.stdout);
    expect(cost.graphql).toBeLessThanOrEqual((2_000 / 100) * 1.2);
    expect(rows).toMatchObject({ pull_requests: 0, files: 0, comments: 0 });
    expect(await rowVersions()).toEqual(before);
    expect(await differencesFromTruth(rig.query, big)).toEqual([]);
  });

  test('captures what was edited, and only that; children that GitHub lost are gone from its rows', async () => {
    const edited = [20, 77];
    for (const number of edited) rig.sandbox.mutate({ kind: 'edit', repository: NAME, number, body: 'edited' });
    // Rows that GitHub does not have stand for children that were deleted there.
    await rig.query(`
      with pr as (select github_id, author_id from pull_requests where repository_id = ${repository.databaseId} and number = 20),
      file as (insert into pull_request_files select github_id, 'deleted.ts', 1, 1, 'MODIFIED' from pr),
      review as (insert into reviews (github_id, node_id, pull_request_id, author_id, state, body, created_at, updated_at)
        select 11, 'PRR_x', github_id, author_id, 'COMMENTED', '', now(), now() from pr),
      link as (insert into commits (repository_id, sha, message) values (${repository.databaseId}, 'dead', 'x'))
      insert into comments (comment_type, github_id, node_id, pull_request_id, author_id, body, created_at, updated_at)
        select 'issue_comment', 12, 'IC_x', github_id, author_id, 'deleted', now(), now() from pr`);
    await rig.query(`insert into pull_request_commits select github_id, repository_id, 'dead', 999 from pull_requests
      where repository_id = ${repository.databaseId} and number = 20`);
    rig.sandbox.reset();
    const { exitCode, stdout } = await rig.run(['backfill', NAME, '--json']);
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout).rows.pull_requests).toBe(2);
    const asked = rig.sandbox.ledger.entries().filter(({ kind }) => kind === 'hydrate');
    expect(asked.flatMap(({ numbers }) => numbers.flat())).toEqual([20, 20, 77, 77]);
    expect(await differencesFromTruth(rig.query, repository)).toEqual([]);
  });
});
