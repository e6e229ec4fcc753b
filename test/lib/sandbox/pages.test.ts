import { afterEach, describe, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from '../../sandbox/sandbox.ts';
import { control, enumerate, graphql, page, rest } from './ask.ts';

let sandbox: Sandbox;
afterEach(() => sandbox.close());

const start = async (prs: number) => {
  sandbox = await startSandbox({ repositories: [{ owner: 'acme', name: 'big', prs }] });
};
const numbersOf = (nodes: readonly { readonly number: number }[]) => nodes.map((each) => each.number);
const upTo = (last: number) => Array.from({ length: last }, (_, index) => index + 1);

describe('the listing of pull requests', () => {
  it('gives each exactly once, in both directions, whatever the page size', async () => {
    await start(230);
    expect(numbersOf(await enumerate(sandbox, 'acme/big', { first: 7 }))).toEqual(upTo(230));
    expect(numbersOf(await enumerate(sandbox, 'acme/big', { direction: 'DESC' }))).toEqual(upTo(230).reverse());
  });

  it('by UPDATED_AT is in that order and holds the same', async () => {
    await start(230);
    const nodes = await enumerate(sandbox, 'acme/big', { field: 'UPDATED_AT', direction: 'DESC', first: 50 });
    const times = nodes.map((each) => each.updatedAt);
    expect(times).toEqual([...times].sort().reverse());
    expect(numbersOf(nodes).sort((a, b) => a - b)).toEqual(upTo(230));
  });

  it('by state adds up to the whole', async () => {
    await start(230);
    const of = (state: string) => enumerate(sandbox, 'acme/big', { states: [state] });
    const parts = [await of('OPEN'), await of('CLOSED'), await of('MERGED')];
    expect(parts.every((part) => part.length > 0)).toBe(true);
    expect(numbersOf(parts.flat()).sort((a, b) => a - b)).toEqual(upTo(230));
  });

  it('goes on where it was when pull requests are opened, and deleted, between two pages', async () => {
    await start(20);
    const first = await page(sandbox, 'acme/big', { first: 10 });
    sandbox.mutate({ kind: 'append', repository: 'acme/big', count: 3 });
    sandbox.mutate({ kind: 'delete', repository: 'acme/big', number: 10 });
    sandbox.mutate({ kind: 'delete', repository: 'acme/big', number: 12 });
    const second = await page(sandbox, 'acme/big', { first: 100, after: first.pageInfo.endCursor });
    expect(numbersOf(second.nodes)).toEqual([11, ...upTo(23).slice(12)]);
    expect(second.totalCount).toBe(21);
  });

  it('newest first misses nothing that is opened later, as its cursor is a value', async () => {
    await start(20);
    const first = await page(sandbox, 'acme/big', { first: 10, direction: 'DESC' });
    sandbox.mutate({ kind: 'append', repository: 'acme/big', count: 3 });
    const second = await page(sandbox, 'acme/big', { first: 100, direction: 'DESC', after: first.pageInfo.endCursor });
    expect(numbersOf(second.nodes)).toEqual(upTo(10).reverse());
  });

  it('by UPDATED_AT ascending loses what is touched behind the cursor last, as on GitHub it comes again at the end', async () => {
    await start(20);
    const first = await page(sandbox, 'acme/big', { first: 10, field: 'UPDATED_AT' });
    const touched = first.nodes[0]?.number ?? 0;
    sandbox.mutate({ kind: 'edit', repository: 'acme/big', number: touched, title: 'touched' });
    const second = await page(sandbox, 'acme/big', {
      first: 100,
      field: 'UPDATED_AT',
      after: first.pageInfo.endCursor,
    });
    expect(second.nodes.at(-1)?.number).toBe(touched);
  });

  it('pages backwards with last and before', async () => {
    await start(20);
    const query = `query ($before: String) { repository(owner: "acme", name: "big") {
      pullRequests(last: 8, before: $before) { pageInfo { hasPreviousPage startCursor } edges { cursor node { number } } } } }`;
    interface Backwards {
      readonly repository: {
        readonly pullRequests: {
          readonly pageInfo: { readonly hasPreviousPage: boolean; readonly startCursor: string };
          readonly edges: readonly { readonly node: { readonly number: number } }[];
        };
      };
    }
    const newest = (await graphql<Backwards>(sandbox, query)).data.repository.pullRequests;
    expect(newest.edges.map((edge) => edge.node.number)).toEqual([13, 14, 15, 16, 17, 18, 19, 20]);
    const older = (await graphql<Backwards>(sandbox, query, { before: newest.pageInfo.startCursor })).data.repository
      .pullRequests;
    expect(older.edges.map((edge) => edge.node.number)).toEqual([5, 6, 7, 8, 9, 10, 11, 12]);
    expect(older.pageInfo.hasPreviousPage).toBe(true);
  });
});

describe('the repository changes while it is served', () => {
  const scalars = `query ($owner: String!, $name: String!) { repository(owner: $owner, name: $name) { databaseId nameWithOwner pullRequest(number: 3) { title updatedAt totalCommentsCount comments(last: 1) { nodes { body } } } } }`;
  interface Scalars {
    readonly repository: {
      readonly databaseId: number;
      readonly nameWithOwner: string;
      readonly pullRequest: {
        readonly title: string;
        readonly updatedAt: string;
        readonly totalCommentsCount: number;
        readonly comments: { readonly nodes: readonly { readonly body: string }[] };
      };
    } | null;
  }
  const ask = (name: string, owner = 'acme') => graphql<Scalars>(sandbox, scalars, { owner, name });

  it('an edit and a comment bump updatedAt, and the comment counts', async () => {
    await start(5);
    const before = (await ask('big')).data.repository?.pullRequest;
    sandbox.mutate({ kind: 'edit', repository: 'acme/big', number: 3, title: 'new title' });
    sandbox.mutate({ kind: 'comment', repository: 'acme/big', number: 3, body: 'one more' });
    const after = (await ask('big')).data.repository?.pullRequest;
    expect(after?.title).toBe('new title');
    expect(after?.totalCommentsCount).toBe((before?.totalCommentsCount ?? 0) + 1);
    expect(after?.comments.nodes).toEqual([{ body: 'one more' }]);
    expect((after?.updatedAt ?? '') > (before?.updatedAt ?? '')).toBe(true);
  });

  it('a rename is followed by GraphQL and answered with 301 by REST, until the name is used again', async () => {
    await start(5);
    const { databaseId } = sandbox.repository('acme/big');
    sandbox.mutate({ kind: 'rename', repository: 'acme/big', name: 'huge' });
    sandbox.mutate({ kind: 'transfer', repository: 'acme/huge', owner: 'other' });
    expect((await ask('big')).data.repository).toMatchObject({ databaseId, nameWithOwner: 'other/huge' });
    const moved = await rest(sandbox, '/repos/acme/big/pulls?state=all&per_page=1');
    expect(moved.status).toBe(301);
    expect(moved.headers.get('location')).toBe(`${sandbox.url}/repositories/${databaseId}/pulls?state=all&per_page=1`);
    expect((await rest<unknown[]>(sandbox, moved.headers.get('location') ?? '')).data).toHaveLength(1);
    expect((await rest<{ full_name: string }>(sandbox, `/repositories/${databaseId}`)).data.full_name).toBe(
      'other/huge',
    );
    sandbox.mutate({ kind: 'create', options: { owner: 'acme', name: 'big', prs: 1, seed: 2 } });
    expect((await rest<{ id: number }>(sandbox, '/repos/acme/big')).data.id).not.toBe(databaseId);
  });

  it('a removed repository and a deleted pull request are not found, in the words of GitHub', async () => {
    await start(5);
    const ids = (await enumerate(sandbox, 'acme/big')).map((each) => each.id);
    sandbox.mutate({ kind: 'delete', repository: 'acme/big', number: 2 });
    const nodes = await graphql<{ nodes: readonly unknown[] }>(
      sandbox,
      'query ($ids: [ID!]!) { nodes(ids: $ids) { id } }',
      { ids },
    );
    expect(nodes.data.nodes).toEqual([{ id: ids[0] }, null, { id: ids[2] }, { id: ids[3] }, { id: ids[4] }]);
    expect(nodes.errors).toMatchObject([
      {
        type: 'NOT_FOUND',
        path: ['nodes', 1],
        message: `Could not resolve to a node with the global id of '${ids[1]}'`,
      },
    ]);
    sandbox.mutate({ kind: 'remove', repository: 'acme/big' });
    const gone = await ask('big');
    expect(gone.data.repository).toBeNull();
    expect(gone.errors).toMatchObject([
      {
        type: 'NOT_FOUND',
        path: ['repository'],
        message: "Could not resolve to a Repository with the name 'acme/big'.",
      },
    ]);
    expect((await rest(sandbox, '/repos/acme/big')).status).toBe(404);
  });

  it('an account that is renamed keeps its id', async () => {
    sandbox = await startSandbox({
      repositories: [{ owner: 'acme', name: 'big', prs: 1, overrides: { 1: { author: 'user' } } }],
    });
    const query =
      '{ repository(owner: "acme", name: "big") { pullRequest(number: 1) { author { login ... on User { databaseId } } } } }';
    interface Authored {
      readonly repository: {
        readonly pullRequest: { readonly author: { readonly login: string; readonly databaseId: number } };
      };
    }
    const { databaseId } = (await graphql<Authored>(sandbox, query)).data.repository.pullRequest.author;
    sandbox.mutate({ kind: 'rename-account', repository: 'acme/big', databaseId, login: 'married-name' });
    expect((await graphql<Authored>(sandbox, query)).data.repository.pullRequest.author).toEqual({
      login: 'married-name',
      databaseId,
    });
  });

  it('changes by request count or time, by script', async () => {
    const repository = 'acme/big';
    sandbox = await startSandbox({
      repositories: [{ owner: 'acme', name: 'big', prs: 5 }],
      mutations: [
        { at: { request: 2 }, mutation: { kind: 'append', repository, count: 2 } },
        { at: { ms: 0 }, mutation: { kind: 'append', repository, count: 1 } },
      ],
    });
    expect((await page(sandbox, repository, { first: 1 })).totalCount).toBe(6);
    expect((await page(sandbox, repository, { first: 1 })).totalCount).toBe(8);
    expect((await page(sandbox, repository, { first: 1 })).totalCount).toBe(8);
  });

  it('changes over HTTP, and says what is wrong with a change', async () => {
    await start(5);
    expect(await control(sandbox, 'mutations', { kind: 'append', repository: 'acme/big', count: 4 })).toEqual({
      status: 200,
      data: { applied: 1 },
    });
    expect((await page(sandbox, 'acme/big', { first: 1 })).totalCount).toBe(9);
    const wrong = await control(sandbox, 'mutations', { kind: 'delete', repository: 'acme/big', number: 77 });
    expect(wrong).toMatchObject({ status: 422, data: { message: 'acme/big has no pull request 77' } });
    expect((await control(sandbox, 'nonsense', {})).status).toBe(404);
    const truth = await fetch(`${sandbox.url}/_sandbox/ground-truth?repository=acme/big`);
    expect((await truth.text()).trim().split('\n')).toHaveLength(9);
  });
});
