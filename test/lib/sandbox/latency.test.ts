import { afterEach, describe, expect, it } from 'vitest';
import { githubLatency } from '../../sandbox/latency.ts';
import { type Sandbox, startSandbox } from '../../sandbox/sandbox.ts';
import { graphql } from './ask.ts';

let sandbox: Sandbox | undefined;
afterEach(() => sandbox?.close());

const KB = 1_024;

describe('the latency model answers as slowly as GitHub', () => {
  it.each([
    ['a bare list of 100', { kind: 'enumerate', items: 100, requests: 1, bytes: 12 * KB }, 800, 1_200],
    ['25 with four connections', { kind: 'hydrate', items: 25, requests: 101, bytes: 160 * KB }, 2_000, 3_000],
    ['50 with four connections', { kind: 'hydrate', items: 50, requests: 201, bytes: 320 * KB }, 4_000, 5_000],
    ['100 with four connections', { kind: 'hydrate', items: 100, requests: 401, bytes: 640 * KB }, 8_000, 10_000],
    ['100 rows of REST', { kind: 'rest', items: 100, requests: 1, bytes: 60 * KB }, 400, 600],
  ] as const)('%s', (_, weight, least, most) => {
    const ms = githubLatency().responseMs(weight);
    expect(ms).toBeGreaterThanOrEqual(least);
    expect(ms).toBeLessThanOrEqual(most);
  });

  it('answers at the same time what is asked at the same time, and ends what takes too long with 504', async () => {
    sandbox = await startSandbox({
      repositories: [{ owner: 'acme', name: 'big', prs: 100 }],
      latency: 'github',
      latencyFactor: 0.05,
    });
    const listing = '{ repository(owner: "acme", name: "big") { pullRequests(first: 100) { nodes { number } } } }';
    const { graphqlUrl } = sandbox;
    const startedAt = performance.now();
    await Promise.all(Array.from({ length: 20 }, () => graphql({ graphqlUrl }, listing)));
    // One after the other they would take 20 times 48 ms.
    expect(performance.now() - startedAt).toBeLessThan(700);
    expect(sandbox.counters().byKind.enumerate.responseMs).toBeGreaterThan(20 * 40);
    const heavy = listing.replace(
      'number',
      ['files', 'reviews', 'comments', 'commits', 'reviewThreads', 'again: files']
        .map((each) => `${each}(first: 100) { totalCount }`)
        .join(' '),
    );
    expect((await graphql(sandbox, heavy)).status).toBe(504);
  });
});
