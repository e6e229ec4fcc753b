import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { groundTruth, pullRequestTruth } from '../../sandbox/ground-truth.ts';
import { type Sandbox, startSandbox } from '../../sandbox/sandbox.ts';
import { rest, TOKEN } from './ask.ts';

let sandbox: Sandbox;

beforeAll(async () => {
  sandbox = await startSandbox({
    repositories: [
      {
        owner: 'acme',
        name: 'big',
        prs: 120,
        overrides: { 7: { files: 250, commits: 300, reviews: 3, reviewComments: 5, comments: 4, author: 'bot' } },
      },
    ],
    routes: [
      {
        method: 'POST',
        path: '/repos/{owner}/{repo}/dispatches',
        answer: ({ params, body }) => ({ status: 200, body: { params, body } }),
      },
    ],
  });
});
afterAll(() => sandbox.close());

type Row = Readonly<Record<string, unknown>>;

/** Follows rel="next" to the end. */
async function all(path: string): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for (let next: string | undefined = path; next !== undefined; ) {
    const { data, headers }: { data: readonly Row[]; headers: Headers } = await rest(sandbox, next);
    rows.push(...data);
    next = /<([^>]+)>; rel="next"/.exec(headers.get('link') ?? '')?.[1];
  }
  return rows;
}

describe('REST serves the same truth as GraphQL', () => {
  it('lists pull requests in pages, by state, newest first unless told otherwise', async () => {
    const rows = await all('/repos/acme/big/pulls?state=all&per_page=50');
    expect(rows.map((row) => row['number'])).toEqual(Array.from({ length: 120 }, (_, index) => 120 - index));
    const open = await all('/repos/acme/big/pulls');
    expect(open.every((row) => row['state'] === 'open')).toBe(true);
    const closed = await all('/repos/acme/big/pulls?state=closed&per_page=100&direction=asc');
    expect(open.length + closed.length).toBe(120);
    expect(rows.every((row) => !('additions' in row))).toBe(true);
  });

  it('tells the count through rel="last" with one row a page', async () => {
    const { headers } = await rest(sandbox, '/repos/acme/big/pulls?state=all&per_page=1');
    expect(headers.get('link')).toContain(
      `/repositories/${sandbox.repository('acme/big').databaseId}/pulls?state=all&per_page=1&page=120>; rel="last"`,
    );
  });

  it('a pull request, its files, reviews, comments and at most 250 commits', async () => {
    const truth = pullRequestTruth(sandbox.repository('acme/big'), 7);
    const { data } = await rest<Row>(sandbox, '/repos/acme/big/pulls/7');
    expect(data).toMatchObject({
      number: 7,
      changed_files: 250,
      commits: 300,
      comments: 4,
      review_comments: 5,
      user: { login: 'dependabot[bot]', type: 'Bot' },
    });
    const files = await all('/repos/acme/big/pulls/7/files?per_page=100');
    expect(files.map((row) => row['filename'])).toEqual(truth?.files.map((each) => each.path));
    const commits = await all('/repos/acme/big/pulls/7/commits?per_page=100');
    expect(commits.map((row) => row['sha'])).toEqual(truth?.commits.map((each) => each.oid));
    expect(commits).toHaveLength(250);
    const ids = (rows: readonly Row[]) => rows.map((row) => String(row['id']));
    expect(ids(await all('/repos/acme/big/pulls/7/reviews'))).toEqual(
      truth?.reviews.map((each) => each.fullDatabaseId),
    );
    expect(ids(await all('/repos/acme/big/pulls/7/comments'))).toEqual(
      truth?.reviewComments.map((each) => each.fullDatabaseId),
    );
    expect(ids(await all('/repos/acme/big/issues/7/comments'))).toEqual(
      truth?.comments.map((each) => each.fullDatabaseId),
    );
  });

  it('all review comments of the repository in one listing', async () => {
    const rows = await all('/repos/acme/big/pulls/comments?per_page=100&sort=created&direction=asc');
    const expected = [...groundTruth(sandbox.repository('acme/big'))].flatMap((truth) => truth.reviewComments);
    const byId = new Map(expected.map((each) => [each.fullDatabaseId, each]));
    expect(rows).toHaveLength(expected.length);
    const times = rows.map((row) => String(row['created_at']));
    expect(times).toEqual([...times].sort());
    for (const row of rows) {
      const truth = byId.get(String(row['id']));
      expect(row).toMatchObject({
        body: truth?.body,
        path: truth?.path,
        pull_request_review_id: Number(truth?.reviewFullDatabaseId),
      });
    }
  });

  it('answers what is not there with 404', async () => {
    expect((await rest<Row>(sandbox, '/repos/acme/big/pulls/999')).status).toBe(404);
    expect((await rest<Row>(sandbox, '/repos/acme/none')).data).toMatchObject({ message: 'Not Found' });
    expect((await rest<Row>(sandbox, '/nonsense')).status).toBe(404);
  });

  it('takes more routes, one file each', async () => {
    const response = await fetch(`${sandbox.url}/repos/acme/big/dispatches`, {
      method: 'POST',
      headers: { authorization: `token ${TOKEN}` },
      body: '{"event_type":"x"}',
    });
    expect(await response.json()).toEqual({ params: { owner: 'acme', repo: 'big' }, body: { event_type: 'x' } });
  });
});

describe('the price of REST', () => {
  const remaining = (headers: Headers) => Number(headers.get('x-ratelimit-remaining'));

  it('one a request; nothing for 304 and for asking about the limit', async () => {
    const first = await rest(sandbox, '/repos/acme/big');
    const etag = first.headers.get('etag') ?? '';
    const unchanged = await rest(sandbox, '/repos/acme/big', { headers: { 'if-none-match': etag } });
    expect(unchanged.status).toBe(304);
    expect(unchanged.data).toBeNull();
    expect(remaining(unchanged.headers)).toBe(remaining(first.headers));
    const limit = await rest<{ resources: { core: { remaining: number } } }>(sandbox, '/rate_limit');
    expect(limit.data.resources.core.remaining).toBe(remaining(first.headers));
    sandbox.mutate({ kind: 'edit', repository: 'acme/big', number: 1, title: 'x' });
    const changed = await rest(sandbox, '/repos/acme/big', { headers: { 'if-none-match': etag } });
    expect(changed.status).toBe(200);
    expect(remaining(changed.headers)).toBe(remaining(first.headers) - 1);
    expect(changed.headers.get('x-ratelimit-resource')).toBe('core');
  });
});
