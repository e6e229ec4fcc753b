import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from '../../sandbox/sandbox.ts';
import { enumerate, graphql } from './ask.ts';

let sandbox: Sandbox;
let ids: readonly string[];

beforeAll(async () => {
  sandbox = await startSandbox({ repositories: [{ owner: 'acme', name: 'big', prs: 120 }] });
  ids = (await enumerate(sandbox, 'acme/big')).map((each) => each.id);
});
afterAll(() => sandbox.close());

interface Priced {
  readonly rateLimit: {
    readonly cost: number;
    readonly nodeCount: number;
    readonly remaining: number;
    readonly used: number;
    readonly limit: number;
    readonly resetAt: string;
  };
}

const FOUR = ['files', 'reviews', 'comments', 'commits'].map((each) => `${each}(first: 100) { totalCount }`).join(' ');
const hydrate = (inner: string) =>
  `query ($ids: [ID!]!) { nodes(ids: $ids) { ... on PullRequest { number ${inner} } } rateLimit { cost nodeCount } }`;
const repository = (inner: string, argument = '') =>
  `{ repository(owner: "acme", name: "big") { ${inner} } rateLimit${argument} { cost nodeCount used remaining limit resetAt } }`;

async function priceOf(query: string, variables: object = {}): Promise<Priced['rateLimit']> {
  const { data, errors } = await graphql<Priced>(sandbox, query, variables);
  expect(errors).toBeUndefined();
  return data.rateLimit;
}

describe('the price of a query is the documented formula', () => {
  it.each([
    [25, 101, 1],
    [37, 149, 1],
    [38, 153, 2],
    [100, 401, 4],
  ])('%i pull requests with four connections: %i requests', async (count, requests, cost) => {
    const rate = await priceOf(hydrate(FOUR), { ids: ids.slice(0, count) });
    expect(rate.cost).toBe(cost);
    expect(rate.nodeCount).toBe(count + (requests - 1) * 100);
  });

  it('review comments nested under reviews cost 26 points for 25 pull requests', async () => {
    const nested = FOUR.replace(
      'reviews(first: 100) { totalCount }',
      'reviews(first: 100) { nodes { comments(first: 100) { totalCount } } }',
    );
    expect((await priceOf(hydrate(nested), { ids: ids.slice(0, 25) })).cost).toBe(26);
  });

  it('a page of a listing is one point, also with its rows', async () => {
    expect((await priceOf(repository('pullRequests(first: 100) { nodes { number } }'))).cost).toBe(1);
    expect(
      (await priceOf(repository('pullRequests(first: 100) { nodes { number comments(first: 1) { totalCount } } }')))
        .cost,
    ).toBe(1);
    expect((await priceOf(repository(`pullRequests(first: 100) { nodes { number ${FOUR} } }`))).cost).toBe(4);
  });

  it('a connection that two fragments select counts once', async () => {
    const twice = `query ($ids: [ID!]!) { nodes(ids: $ids) { ...A ...B } rateLimit { cost nodeCount } }
      fragment A on PullRequest { files(first: 100) { totalCount } } fragment B on PullRequest { files(first: 100) { nodes { path } } }`;
    expect((await priceOf(twice, { ids: ids.slice(0, 100) })).nodeCount).toBe(100 + 100 * 100);
  });

  it('what a directive leaves out is not priced', async () => {
    const query = `query ($ids: [ID!]!, $with: Boolean!) { nodes(ids: $ids) { ... on PullRequest { files(first: 100) @include(if: $with) { totalCount } } } rateLimit { cost nodeCount } }`;
    expect((await priceOf(query, { ids: ids.slice(0, 10), with: false })).nodeCount).toBe(10);
  });

  it('a dry run is priced and neither charged nor evaluated', async () => {
    const before = await priceOf(repository('name'));
    const { data } = await graphql<Priced & { readonly repository: null }>(
      sandbox,
      repository(`pullRequests(first: 100) { nodes { number ${FOUR} } }`, '(dryRun: true)'),
    );
    expect(data.repository).toBeNull();
    expect(data.rateLimit.cost).toBe(4);
    expect((await priceOf(repository('name'))).used).toBe(before.used + 1);
  });
});

describe('queries that GitHub refuses are refused in its words', () => {
  const refused = async (query: string, variables: object = {}) => {
    const { status, errors, data } = await graphql<unknown>(sandbox, query, variables);
    expect(status).toBe(200);
    expect(data ?? null).toBeNull();
    return errors?.[0];
  };

  it('no page size', async () => {
    expect(await refused(repository('pullRequests { nodes { number } }'))).toMatchObject({
      type: 'MISSING_PAGINATION_BOUNDARIES',
      path: ['repository', 'pullRequests'],
      message: 'You must provide a `first` or `last` value to properly paginate the `pullRequests` connection.',
    });
  });

  it('a bare count needs no page size', async () => {
    const { data } = await graphql<{ repository: { pullRequests: { totalCount: number } } }>(
      sandbox,
      repository('pullRequests { totalCount }'),
    );
    expect(data.repository.pullRequests.totalCount).toBe(120);
  });

  it('more than 100 records', async () => {
    expect(await refused(repository('pullRequests(first: 101) { nodes { number } }'))).toMatchObject({
      type: 'EXCESSIVE_PAGINATION',
      message: 'Requesting 101 records on the `pullRequests` connection exceeds the `first` limit of 100 records.',
    });
  });

  it('more than 100 ids', async () => {
    expect(await refused(hydrate('title'), { ids: ids.slice(0, 101) })).toMatchObject({
      type: 'ARGUMENT_LIMIT',
      message: 'You may not provide more than 100 node ids; you provided 101.',
    });
  });

  it('more than 500,000 nodes', async () => {
    const inner =
      'pullRequests(first: 100) { nodes { reviews(first: 100) { nodes { comments(first: 100) { nodes { id } } } } } }';
    expect(await refused(repository(inner))).toMatchObject({
      type: 'MAX_NODE_LIMIT_EXCEEDED',
      message: 'This query requests up to 1,010,100 possible nodes which exceeds the maximum limit of 500,000.',
    });
  });

  it('a field that the schema does not have, a query that does not parse, a variable of the wrong type', async () => {
    expect((await refused(repository('pullRequest(number: 1) { databaseIdentifier }')))?.message).toContain(
      'databaseIdentifier',
    );
    expect((await refused('{ repository('))?.message).toContain('Syntax Error');
    expect((await refused(hydrate('title'), { ids: null }))?.message).toContain('$ids');
  });

  it('a cursor that no page gave out', async () => {
    const { errors } = await graphql<unknown>(
      sandbox,
      repository('pullRequests(first: 1, after: "abc") { nodes { number } }'),
    );
    expect(errors?.[0]).toMatchObject({
      type: 'INVALID_CURSOR_ARGUMENTS',
      message: '`abc` does not appear to be a valid cursor.',
    });
  });

  it('says of a field that only the sandbox lacks that the sandbox lacks it', async () => {
    const { errors } = await graphql<unknown>(sandbox, repository('pullRequest(number: 1) { bodyHTML }'));
    expect(errors?.[0]?.message).toBe('The sandbox does not serve PullRequest.bodyHTML');
  });
});
