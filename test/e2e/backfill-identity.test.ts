import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type CliRig, startCliRig } from '../support/cli-rig.ts';
import { differencesFromTruth } from '../support/compare-with-truth.ts';

let rig: CliRig;

beforeAll(async () => {
  rig = await startCliRig();
});

afterAll(async () => {
  await rig.close();
});

describe('who wrote what', () => {
  test('every kind of account is captured as what it is, a missing one as ghost', async () => {
    const repository = rig.repository({
      owner: 'acme',
      name: 'accounts',
      prs: 40,
      overrides: {
        1: { author: 'user' },
        2: { author: 'bot', reviews: 40, reviewComments: 6, comments: 60 },
        3: { author: 'mannequin', reviews: 90, comments: 99 },
        4: { author: 'organization' },
        5: { author: 'enterprise' },
        6: { author: 'ghost' },
      },
    });
    const { exitCode, stderr } = await rig.run(['backfill', 'acme/accounts']);
    expect(stderr).toContain('completed: acme/accounts, 40 of 40 pull requests (100%)');
    expect(exitCode).toBe(0);
    expect(await differencesFromTruth(rig.query, repository)).toEqual([]);

    const authors = await rig.query(`
      select p.number, c.actor_type, c.username, c.github_id from pull_requests p join contributors c on c.id = p.author_id
      where p.repository_id = ${repository.databaseId} and p.number between 2 and 6 order by p.number`);
    expect(authors).toEqual([
      { number: 2, actor_type: 'Bot', username: 'dependabot[bot]', github_id: '49699333' },
      { number: 3, actor_type: 'Mannequin', username: 'imported-user', github_id: '90000001' },
      { number: 4, actor_type: 'Organization', username: 'acme-bots', github_id: '9000002' },
      { number: 5, actor_type: 'EnterpriseUserAccount', username: 'managed_acme', github_id: null },
      { number: 6, actor_type: 'User', username: 'ghost', github_id: '10137' },
    ]);
  });

  test('ids beyond 2^31 are kept whole', async () => {
    const [beyond] = await rig.query(`
      select (select count(*) from pull_requests where github_id > 2147483647)::integer as pull_requests,
        (select count(*) from comments where github_id > 2147483647)::integer as comments,
        (select count(*) from reviews where github_id > 2147483647)::integer as reviews`);
    for (const [kind, count] of Object.entries(beyond ?? {})) expect(count, kind).toBeGreaterThan(0);
  });

  test('a renamed account is the same contributor under its new name', async () => {
    const repository = rig.repository({ owner: 'acme', name: 'renamed-account', prs: 12 });
    await rig.run(['backfill', 'acme/renamed-account']);
    const [author] = await rig.query(`
      select c.id, c.github_id, c.username, p.number from pull_requests p join contributors c on c.id = p.author_id
      where p.repository_id = ${repository.databaseId} and c.actor_type = 'User' and c.username <> 'ghost' limit 1`);
    const number = Number(author?.['number']);
    const databaseId = Number(author?.['github_id']);
    rig.sandbox.mutate({
      kind: 'rename-account',
      repository: 'acme/renamed-account',
      databaseId,
      login: 'ada-with-a-new-name',
    });
    // GitHub touches no pull request when an account is renamed: it shows with the next change.
    rig.sandbox.mutate({
      kind: 'comment',
      repository: 'acme/renamed-account',
      number,
      body: 'Signed with the new name',
    });
    expect((await rig.run(['backfill', 'acme/renamed-account'])).exitCode).toBe(0);
    expect(await rig.query(`select id, username from contributors where github_id = ${databaseId}`)).toEqual([
      { id: author?.['id'], username: 'ada-with-a-new-name' },
    ]);
    expect(await differencesFromTruth(rig.query, repository)).toEqual([]);
  });
});

describe('repositories that are not what they were', () => {
  test('the old name of a renamed repository captures it under the new one, and both are known', async () => {
    const repository = rig.repository({ owner: 'acme', name: 'old-name', prs: 10 });
    expect((await rig.run(['backfill', 'acme/old-name'])).exitCode).toBe(0);
    rig.sandbox.mutate({ kind: 'rename', repository: 'acme/old-name', name: 'new-name' });
    rig.sandbox.mutate({ kind: 'append', repository: 'acme/new-name', count: 2 });
    const again = await rig.run(['backfill', 'acme/old-name']);
    expect(again.exitCode).toBe(0);
    expect(again.stderr).toContain('acme/new-name (renamed from acme/old-name)');
    expect(again.stderr).toContain('completed: acme/new-name, 12 of 12 pull requests (100%)');
    expect(
      await rig.query(`select full_name, previous_names from repositories where github_id = ${repository.databaseId}`),
    ).toEqual([{ full_name: 'acme/new-name', previous_names: ['acme/old-name'] }]);
    // The pages of pull requests that did not change keep their address, which GitHub redirects.
    const tables = ['files', 'reviews', 'comments', 'commits'];
    expect(await differencesFromTruth(rig.query, repository, { tables })).toEqual([]);
    const status = await rig.run(['backfill', 'status', 'acme/old-name']);
    expect(status.stdout).toContain('acme/new-name: completed, 12 of 12');
    expect((await rig.run(['backfill', 'verify', 'acme/old-name'])).exitCode).toBe(0);
  });

  test('a transferred repository keeps what is captured of it', async () => {
    const repository = rig.repository({ owner: 'acme', name: 'moving', prs: 8 });
    await rig.run(['backfill', 'acme/moving']);
    rig.sandbox.mutate({ kind: 'transfer', repository: 'acme/moving', owner: 'globex' });
    rig.sandbox.reset();
    const again = await rig.run(['backfill', 'globex/moving']);
    expect(again.exitCode).toBe(0);
    expect(again.stderr).toContain('completed: globex/moving, 8 of 8 pull requests (100%)');
    expect(rig.sandbox.counters().byKind.hydrate.requests).toBe(0);
    expect(
      await rig.query(`select full_name, previous_names from repositories where github_id = ${repository.databaseId}`),
    ).toEqual([{ full_name: 'globex/moving', previous_names: ['acme/moving'] }]);
  });

  test('a repository without pull requests is completed at once', async () => {
    rig.repository({ owner: 'acme', name: 'empty', prs: 0 });
    const { exitCode, stderr } = await rig.run(['backfill', 'acme/empty']);
    expect(exitCode).toBe(0);
    expect(stderr).toContain('completed: acme/empty');
    const verified = await rig.run(['backfill', 'verify', 'acme/empty']);
    expect(verified.exitCode).toBe(0);
  });
});

describe('odd content', () => {
  test('outdated comments, empty bodies, NUL bytes and half surrogate pairs are captured as far as text can hold them', async () => {
    const repository = rig.repository({
      owner: 'acme',
      name: 'odd',
      prs: 30,
      overrides: {
        1: { title: 'a\u0000b', body: 'before\u0000after\u0000' },
        2: { title: '\ud800 alone', body: 'half \udc00 pair, whole 🌙' },
        3: { title: '', body: '' },
        4: { body: '\u0000' },
        5: { reviews: 1, reviewComments: 40 },
      },
    });
    expect((await rig.run(['backfill', 'acme/odd'])).exitCode).toBe(0);
    expect(await differencesFromTruth(rig.query, repository)).toEqual([]);
    const [outdated] = await rig.query(`
      select count(*)::integer as comments, count(c.position)::integer as positions, count(c.line)::integer as lines,
        count(c.original_position)::integer as original from comments c join pull_requests p on p.github_id = c.pull_request_id
      where p.repository_id = ${repository.databaseId} and c.outdated`);
    expect(outdated?.['comments']).toBeGreaterThan(0);
    expect(outdated).toMatchObject({ positions: 0, lines: 0, original: outdated?.['comments'] });
    const texts = await rig.query(
      `select title, body from pull_requests where repository_id = ${repository.databaseId} and number <= 4 order by number`,
    );
    expect(texts).toEqual([
      { title: 'ab', body: 'beforeafter' },
      { title: '\ufffd alone', body: 'half \ufffd pair, whole 🌙' },
      { title: '', body: '' },
      expect.objectContaining({ body: '' }),
    ]);
  });

  test('a pull request of 3,200 files and one of 450 commits are captured as far as GitHub serves them, and said to be', async () => {
    const repository = rig.repository({
      owner: 'acme',
      name: 'heavy',
      prs: 12,
      overrides: {
        3: { files: 3_200 },
        5: { commits: 450 },
        7: { reviews: 130, reviewComments: 120, comments: 150 },
        8: { reviews: 0 },
        9: { files: 0, reviews: 0, comments: 0 },
      },
    });
    const { exitCode, stdout } = await rig.run(['backfill', 'acme/heavy', '--json']);
    expect(exitCode).toBe(68);
    expect(JSON.parse(stdout)).toMatchObject({
      outcome: 'completed_with_gaps',
      finished: 12,
      gaps: [
        { number: 3, kind: 'files', expected: 3_200, captured: 3_000, reason: 'files_truncated_at_source' },
        { number: 5, kind: 'commits', expected: 450, captured: 250, reason: 'commits_truncated_at_source' },
      ],
    });
    expect(await differencesFromTruth(rig.query, repository)).toEqual([]);
    const [counts] = await rig.query(`
      select (select count(*) from reviews v where v.pull_request_id = p.github_id)::integer as reviews,
        (select max(n) from (select count(*) n from comments c where c.pull_request_id = p.github_id and c.review_id is not null
          group by c.review_id) g)::integer as in_one_review
      from pull_requests p where p.repository_id = ${repository.databaseId} and p.number = 7`);
    expect(counts).toEqual({ reviews: 130, in_one_review: 120 });

    // Truncated pull requests are not captured again and again.
    rig.sandbox.reset();
    const again = await rig.run(['backfill', 'acme/heavy']);
    expect(again.exitCode).toBe(68);
    expect(again.stderr).toContain(
      '#3 files: 3,000 of 3,200 captured; GitHub serves at most 3,000 files of a pull request',
    );
    expect(rig.sandbox.counters().byKind.hydrate.requests).toBe(0);
  });
});
