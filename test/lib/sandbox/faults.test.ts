import { afterEach, describe, expect, it } from 'vitest';
import { type FaultScript, parseFaultScript } from '../../sandbox/faults/script.ts';
import { type Sandbox, startSandbox } from '../../sandbox/sandbox.ts';
import { control, graphql, rest, TOKEN } from './ask.ts';

let sandbox: Sandbox;
afterEach(() => sandbox.close());

const HYDRATE = `query ($ids: [ID!]!) { nodes(ids: $ids) { ... on PullRequest { number author { login } files(first: 100) { nodes { path } } commits(first: 5) { nodes { commit { author { name date } } } } } } }`;
interface Hydrated {
  readonly nodes: readonly ({
    readonly number: number;
    readonly author: object | null;
    readonly files: object | null;
    readonly commits: { readonly nodes: readonly { readonly commit: { readonly author: object | null } }[] };
  } | null)[];
}

async function start(faults: FaultScript, windowMs = 60_000): Promise<void> {
  const overrides = Object.fromEntries(
    Array.from({ length: 8 }, (_, index) => [index + 1, { author: 'user', files: 3 }] as const),
  );
  sandbox = await startSandbox({ repositories: [{ owner: 'acme', name: 'big', prs: 8, overrides }], faults, windowMs });
}
const idsOf = (...numbers: readonly number[]) =>
  numbers.map((number) => sandbox.repository('acme/big').pullRequest(number)?.id ?? '');
const hydrate = (...numbers: readonly number[]) => graphql<Hydrated>(sandbox, HYDRATE, { ids: idsOf(...numbers) });
const raw = (numbers: readonly number[] = [1, 2], signal?: AbortSignal) =>
  fetch(sandbox.graphqlUrl, {
    method: 'POST',
    redirect: 'manual',
    headers: { authorization: `bearer ${TOKEN}` },
    body: JSON.stringify({ query: HYDRATE, variables: { ids: idsOf(...numbers) } }),
    ...(signal ? { signal } : {}),
  });
const statuses = async (count: number, numbers: readonly number[] = [1]) => {
  const seen: number[] = [];
  for (let i = 0; i < count; i += 1) {
    const response = await raw(numbers);
    await response.text();
    seen.push(response.status);
  }
  return seen;
};

describe('which request gets the fault', () => {
  it.each<[string, FaultScript[number]['match'], readonly number[]]>([
    ['the nth', { nth: 3 }, [200, 200, 502, 200, 200, 200]],
    ['every second', { every: 2 }, [200, 502, 200, 502, 200, 502]],
    ['a stretch', { from: 2, to: 3 }, [200, 502, 502, 200, 200, 200]],
    ['the first two', { times: 2 }, [502, 502, 200, 200, 200, 200]],
    ['of its kind', { kind: 'enumerate' }, [200, 200, 200, 200, 200, 200]],
    ['that asks for a pull request', { number: 1, nth: 2 }, [200, 502, 200, 200, 200, 200]],
    ['that asks for a lot', { minPageSize: 2 }, [200, 200, 200, 200, 200, 200]],
  ])('%s', async (_, match, expected) => {
    await start([{ match, fault: '502' }]);
    expect(await statuses(6)).toEqual(expected);
    expect(sandbox.counters().byKind.hydrate.faults).toBe(expected.filter((status) => status === 502).length);
  });

  it('counts from the beginning after a reset, and a new script over HTTP takes the place of the old', async () => {
    await start([{ match: { nth: 1 }, fault: '500' }]);
    expect(await statuses(2)).toEqual([500, 200]);
    sandbox.faults.reset();
    expect(await statuses(2)).toEqual([500, 200]);
    expect(await control(sandbox, 'faults', [{ fault: '504' }])).toEqual({ status: 200, data: { rules: 1 } });
    expect(await statuses(1)).toEqual([504]);
    expect(await control(sandbox, 'faults', [])).toEqual({ status: 200, data: { rules: 0 } });
    expect(await statuses(1)).toEqual([200]);
  });

  it('a page that is too large is refused until it is small enough', async () => {
    await start([{ fault: { maxPageSize: 2 } }]);
    expect((await raw([1, 2, 3])).status).toBe(502);
    expect((await hydrate(1, 2)).data.nodes).toHaveLength(2);
    const aliased =
      '{ repository(owner: "acme", name: "big") { a: pullRequest(number: 1) { title } b: pullRequest(number: 2) { title } c: pullRequest(number: 3) { title } } }';
    expect(sandbox.faults.counts).toEqual([{ matched: 1, fired: 1 }]);
    await expect(graphql(sandbox, aliased)).rejects.toThrow();
  });

  it('says what is wrong with a script, and where', () => {
    expect(() => parseFaultScript([{ match: { kind: 'hydrat' }, fault: '502' }], 'faults.json')).toThrow(
      /faults\.json is not a fault script[\s\S]*kind/,
    );
  });
});

describe('answers with holes', () => {
  it('partial: some nodes are null, with errors that have no type', async () => {
    await start([{ fault: 'partial' }]);
    const { status, data, errors } = await hydrate(1, 2, 3, 4);
    expect(status).toBe(200);
    expect(data.nodes.map((node) => node?.number ?? null)).toEqual([1, null, 3, null]);
    expect(errors?.map(({ path, type }) => ({ path, type }))).toEqual([{ path: ['nodes', 1] }, { path: ['nodes', 3] }]);
  });

  it('null-nodes: without a word; all of them when the share says so', async () => {
    await start([{ match: { times: 1 }, fault: 'null-nodes' }, { fault: { type: 'null-nodes', share: 1 } }]);
    const some = await hydrate(1, 2);
    expect(some.errors).toBeUndefined();
    expect(some.data.nodes.filter((node) => node === null)).toHaveLength(1);
    expect((await hydrate(1, 2)).data.nodes).toEqual([null, null]);
  });

  it('null-nodes in a listing and under aliases', async () => {
    await start([{ fault: { type: 'null-nodes', share: 1 } }]);
    const listing = await graphql(
      sandbox,
      '{ repository(owner: "acme", name: "big") { pullRequests(first: 2) { totalCount nodes { number } } } }',
    );
    expect(listing.data).toEqual({ repository: { pullRequests: { totalCount: 8, nodes: [null, null] } } });
    const aliased = await graphql(
      sandbox,
      '{ repository(owner: "acme", name: "big") { name a: pullRequest(number: 1) { title } } }',
    );
    expect(aliased.data).toEqual({ repository: { name: 'big', a: null } });
  });

  it('resource-limits: typed errors and nulls', async () => {
    await start([{ fault: 'resource-limits' }]);
    const { status, data, errors } = await hydrate(1, 2);
    expect(status).toBe(200);
    expect(data.nodes[1]).toBeNull();
    expect(errors).toMatchObject([{ type: 'RESOURCE_LIMITS_EXCEEDED', path: ['nodes', 1] }]);
  });

  it('null-children: one connection of a node is null', async () => {
    await start([{ fault: { type: 'null-children', share: 1 } }]);
    const { data, errors } = await hydrate(1);
    expect(data.nodes[0]?.files).toBeNull();
    expect(errors).toMatchObject([{ path: ['nodes', 0, 'files'] }]);
  });

  it('ghost-authors: every author is null but those of commits', async () => {
    await start([{ match: { nth: 1 }, fault: 'ghost-authors' }]);
    const ghosts = await hydrate(1);
    expect(ghosts.data.nodes[0]?.author).toBeNull();
    expect(ghosts.data.nodes[0]?.commits.nodes[0]?.commit.author).not.toBeNull();
    expect((await hydrate(1)).data.nodes[0]?.author).not.toBeNull();
  });
});

describe('answers that are none', () => {
  it('errors-200, html-200, 504 after a delay', async () => {
    await start([
      { match: { nth: 1 }, fault: 'errors-200' },
      { match: { nth: 2 }, fault: 'html-200' },
      { match: { nth: 3 }, fault: { type: '504', delayMs: 80 } },
    ]);
    expect(await hydrate(1)).toMatchObject({
      status: 200,
      data: null,
      errors: [{ message: expect.stringContaining('Something went wrong') }],
    });
    const page = await raw();
    expect(page.headers.get('content-type')).toContain('text/html');
    const startedAt = performance.now();
    expect((await raw()).status).toBe(504);
    expect(performance.now() - startedAt).toBeGreaterThan(70);
  });

  it('301 points to the same place with a marker, which answers', async () => {
    await start([{ fault: '301' }]);
    const moved = await rest(sandbox, '/repos/acme/big/pulls?state=all');
    expect(moved.status).toBe(301);
    expect(moved.headers.get('location')).toBe(`${sandbox.url}/repos/acme/big/pulls?state=all&_redirected=1`);
    expect((await rest<unknown[]>(sandbox, moved.headers.get('location') ?? '')).data).toHaveLength(8);
    expect((await raw()).status).toBe(301);
  });

  it('401 from here on, or once', async () => {
    await start([
      { match: { nth: 1 }, fault: { type: '401', once: true } },
      { match: { nth: 3 }, fault: '401' },
    ]);
    expect(await statuses(5)).toEqual([401, 200, 401, 401, 401]);
  });

  it('hang never answers, until the client gives up', async () => {
    await start([{ match: { nth: 1 }, fault: 'hang' }]);
    await expect(raw([1], AbortSignal.timeout(120))).rejects.toThrow();
    await expect.poll(() => sandbox.counters().concurrent).toBe(0);
    expect(sandbox.ledger.entries()[0]).toMatchObject({ status: null, fault: 'hang' });
    expect((await raw()).status).toBe(200);
  });

  it('reset, cut-stream and truncated-json do not arrive whole', async () => {
    await start([
      { match: { nth: 1 }, fault: 'reset' },
      { match: { nth: 2 }, fault: 'cut-stream' },
      { match: { nth: 3 }, fault: 'truncated-json' },
    ]);
    await expect(raw()).rejects.toThrow();
    const cut = await raw();
    expect(cut.status).toBe(200);
    await expect(cut.text()).rejects.toThrow();
    const truncated = await (await raw()).text();
    expect(truncated.startsWith('{"data"')).toBe(true);
    expect(() => JSON.parse(truncated) as unknown).toThrow();
    expect((await hydrate(1)).data.nodes).toHaveLength(1);
    await expect.poll(() => sandbox.counters().concurrent).toBe(0);
  });

  it('slow-body trickles and is whole', async () => {
    await start([{ fault: { type: 'slow-body', delayMs: 150 } }]);
    const startedAt = performance.now();
    expect((await hydrate(1, 2)).data.nodes).toHaveLength(2);
    expect(performance.now() - startedAt).toBeGreaterThan(120);
  });
});

describe('limits', () => {
  it('primary: HTTP 200 with RATE_LIMITED for GraphQL, 403 for REST, nothing left until the reset', async () => {
    await start([
      { match: { kind: 'hydrate', nth: 1 }, fault: { type: 'primary-200', resetInMs: 100 } },
      { match: { kind: 'rest', nth: 1 }, fault: { type: 'primary-403', resetInMs: 100 } },
    ]);
    const refused = await raw();
    expect(refused.status).toBe(200);
    expect(refused.headers.get('x-ratelimit-remaining')).toBe('0');
    expect(await refused.json()).toMatchObject({ errors: [{ type: 'RATE_LIMITED' }] });
    expect((await hydrate(1)).errors).toMatchObject([{ type: 'RATE_LIMITED' }]);
    expect(sandbox.counters().limitedViolations).toBe(1);
    const rested = await rest(sandbox, '/repos/acme/big');
    expect(rested.status).toBe(403);
    const resetAt = Number(rested.headers.get('x-ratelimit-reset')) * 1_000;
    await new Promise((resolve) => setTimeout(resolve, resetAt - Date.now() + 5));
    expect((await hydrate(1)).errors).toBeUndefined();
    expect((await rest(sandbox, '/repos/acme/big')).status).toBe(200);
    expect(sandbox.counters().limitedViolations).toBe(1);
  });

  it.each([
    ['secondary-403', 403, '2'],
    ['secondary-429', 429, '2'],
    ['secondary-403-bare', 403, null],
  ] as const)('%s', async (type, status, retryAfter) => {
    await start([{ match: { nth: 1 }, fault: { type, retryAfter: 2 } }]);
    const refused = await raw();
    expect(refused.status).toBe(status);
    expect(refused.headers.get('retry-after')).toBe(retryAfter);
    expect(await refused.json()).toMatchObject({ message: expect.stringContaining('secondary rate limit') });
    expect((await rest(sandbox, '/repos/acme/big')).status).toBe(200);
    expect(sandbox.counters().limitedViolations).toBe(1);
    expect(sandbox.ledger.entries()[1]?.whileLimited).toBe(true);
  });
});
