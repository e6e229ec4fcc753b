import { afterEach, describe, expect, it } from 'vitest';
import type { Clock } from '../../../src/lib/clock.ts';
import { type Sandbox, startSandbox } from '../../sandbox/sandbox.ts';
import { graphql, rest } from './ask.ts';

let sandbox: Sandbox;
afterEach(() => sandbox.close());

const REPOSITORY =
  '{ repository(owner: "acme", name: "big") { name } rateLimit { cost remaining used limit resetAt } viewer { login } }';
interface Answer {
  readonly repository: { readonly name: string } | null;
  readonly rateLimit: { readonly remaining: number; readonly limit: number; readonly resetAt: string };
  readonly viewer: { readonly login: string };
}
const repositories = [{ owner: 'acme', name: 'big', prs: 3 }];
const ask = (token?: string) => graphql<Answer>(sandbox, REPOSITORY, {}, token);

class SteppedClock implements Clock {
  #now = Date.UTC(2026, 0, 1);
  now(): number {
    return this.#now;
  }
  sleep(ms: number): Promise<void> {
    this.#now += ms;
    return Promise.resolve();
  }
}

describe('who may ask', () => {
  it('nobody without a token, with a bad one or with an expired one', async () => {
    sandbox = await startSandbox({ repositories, tokens: { ghp_old: { expiresAt: Date.now() - 1 } } });
    const without = await fetch(sandbox.graphqlUrl, {
      method: 'POST',
      body: JSON.stringify({ query: '{ viewer { login } }' }),
    });
    expect(without.status).toBe(401);
    expect(await without.json()).toMatchObject({ message: 'Bad credentials' });
    expect((await rest(sandbox, '/user', { token: 'nonsense' })).status).toBe(401);
    expect((await ask('ghp_old')).status).toBe(401);
  });

  it('any token in the format of one, unless only the configured ones are good', async () => {
    sandbox = await startSandbox({ repositories, tokens: { mine: { login: 'ada' } }, acceptUnknownTokens: false });
    expect((await ask('ghp_any')).status).toBe(401);
    expect((await ask('mine')).data.viewer.login).toBe('ada');
    sandbox.tokens.expire('mine');
    expect((await ask('mine')).status).toBe(401);
  });

  it('an installation token is nobody', async () => {
    sandbox = await startSandbox({ repositories });
    expect((await ask('ghs_x')).data.viewer.login).toBe('github-actions[bot]');
    expect((await rest(sandbox, '/user', { token: 'ghs_x' })).status).toBe(403);
    expect((await rest<{ login: string }>(sandbox, '/user')).data.login).toBe('sandbox-operator');
  });

  it('what a token may not see is not there', async () => {
    sandbox = await startSandbox({ repositories, tokens: { ghp_blind: { repositories: ['acme/other'] } } });
    const blind = await ask('ghp_blind');
    expect(blind.data.repository).toBeNull();
    expect(blind.errors).toMatchObject([
      {
        type: 'NOT_FOUND',
        path: ['repository'],
        message: "Could not resolve to a Repository with the name 'acme/big'.",
      },
    ]);
    expect((await rest(sandbox, '/repos/acme/big', { token: 'ghp_blind' })).status).toBe(404);
    const { id } = sandbox.repository('acme/big').pullRequest(1) ?? { id: '' };
    const node = await graphql<{ node: unknown }>(
      sandbox,
      'query ($id: ID!) { node(id: $id) { id } }',
      { id },
      'ghp_blind',
    );
    expect(node.errors?.[0]?.type).toBe('NOT_FOUND');
  });
});

describe('budgets', () => {
  it('GraphQL and REST are apart, each token has its own, and every response tells', async () => {
    sandbox = await startSandbox({ repositories, tokens: { ghp_small: { graphqlLimit: 1_000, restLimit: 60 } } });
    const { data, headers } = await ask('ghp_small');
    expect(data.rateLimit).toMatchObject({ cost: 1, remaining: 999, used: 1, limit: 1_000 });
    expect(headers.get('x-ratelimit-remaining')).toBe('999');
    expect(headers.get('x-ratelimit-resource')).toBe('graphql');
    expect(Number(headers.get('x-ratelimit-reset')) * 1_000).toBe(Date.parse(data.rateLimit.resetAt));
    expect((await rest(sandbox, '/repos/acme/big', { token: 'ghp_small' })).headers.get('x-ratelimit-remaining')).toBe(
      '59',
    );
    expect((await ask()).data.rateLimit.remaining).toBe(4_999);
  });

  it('a spent budget is refused as GitHub refuses it, comes back when it said, and too early is noted', async () => {
    const clock = new SteppedClock();
    sandbox = await startSandbox({ repositories, graphqlLimit: 2, restLimit: 1, windowMs: 300_000, clock });
    await ask();
    const last = await ask();
    expect(last.data.rateLimit.remaining).toBe(0);
    expect(sandbox.counters().limitedViolations).toBe(0);
    const refused = await ask();
    expect(refused.status).toBe(200);
    expect(refused.errors).toMatchObject([{ type: 'RATE_LIMITED' }]);
    expect(refused.headers.get('x-ratelimit-remaining')).toBe('0');
    expect(sandbox.counters().limitedViolations).toBe(1);
    await rest(sandbox, '/repos/acme/big');
    expect(await rest(sandbox, '/repos/acme/big')).toMatchObject({ status: 403 });
    expect((await rest(sandbox, '/rate_limit')).status).toBe(200);
    expect(sandbox.counters().limitedViolations).toBe(2);
    await clock.sleep(Date.parse(last.data.rateLimit.resetAt) - clock.now());
    expect((await ask()).data.rateLimit.remaining).toBe(1);
    expect(sandbox.counters().limitedViolations).toBe(2);
  });

  it('a window of milliseconds ends on the whole second that was told', async () => {
    sandbox = await startSandbox({ repositories, graphqlLimit: 1, windowMs: 200 });
    const { data } = await ask();
    const reset = Date.parse(data.rateLimit.resetAt);
    expect(reset - Date.now()).toBeLessThanOrEqual(1_200);
    await new Promise((resolve) => setTimeout(resolve, reset - Date.now() + 5));
    expect((await ask()).errors).toBeUndefined();
  });
});

describe('the ledger', () => {
  it('tells what was asked, what it cost and how many were there at once', async () => {
    sandbox = await startSandbox({ repositories, latency: 'github', latencyFactor: 0.5 });
    const ids = [3, 1, 2].map((number) => sandbox.repository('acme/big').pullRequest(number)?.id ?? '');
    const hydrate =
      'query ($ids: [ID!]!) { nodes(ids: $ids) { ... on PullRequest { files(first: 100) { totalCount } } } }';
    const listing =
      '{ repository(owner: "acme", name: "big") { pullRequests(first: 50) { pageInfo { endCursor } nodes { number } } } }';
    const reviews =
      'query ($ids: [ID!]!) { nodes(ids: $ids) { ... on PullRequestReview { comments(first: 100) { totalCount } } } }';
    await Promise.all([
      graphql(sandbox, hydrate, { ids }),
      graphql(sandbox, listing),
      ask(),
      rest(sandbox, '/repos/acme/big/pulls/2'),
    ]);
    await graphql(sandbox, reviews, { ids: [] });
    const entries = [...sandbox.ledger.entries()].sort((a, b) => a.request - b.request);
    expect(new Set(entries.map((each) => each.kind))).toEqual(
      new Set(['hydrate', 'enumerate', 'repository', 'rest', 'reviews']),
    );
    const hydrated = entries.find((each) => each.kind === 'hydrate');
    expect(hydrated).toMatchObject({
      cost: 1,
      pageSize: 3,
      numbers: [[1, 3]],
      status: 200,
      fault: null,
      whileLimited: false,
      overLimit: false,
      target: 'POST /graphql',
    });
    expect(entries.find((each) => each.kind === 'enumerate')?.pageSize).toBe(50);
    expect(entries.find((each) => each.kind === 'rest')).toMatchObject({
      numbers: [[2, 2]],
      target: 'GET /repos/acme/big/pulls/2',
    });
    expect(sandbox.counters()).toMatchObject({
      requests: 5,
      concurrent: 0,
      concurrencyHighWater: 4,
      cost: { graphql: 4, rest: 1 },
    });
    expect(sandbox.counters().byKind.hydrate.responseMs).toBeGreaterThan(10);
    const over = (await (await fetch(`${sandbox.url}/_sandbox/ledger?since=4`)).json()) as unknown[];
    expect(over).toHaveLength(1);
    expect(await (await fetch(`${sandbox.url}/_sandbox/counters`)).json()).toEqual(sandbox.counters());
  });
});
