import type { ServerResponse } from 'node:http';
import { describe, expect, test } from 'vitest';
import { GitHubRefusal, type RefusalReason } from '../../../src/lib/github/refusals.ts';
import { clientFor, DOCUMENT, everythingIn, TOKEN, thrownBy } from './client-under-test.ts';
import { json, rateField, startScriptedServer } from './scripted-server.ts';
import { START } from './virtual-clock.ts';

const DATA = { rateLimit: rateField(4_000, START + 3_600_000), nodes: [{ id: 'a' }, { id: 'b' }] };
const PARTIAL = { ...DATA, nodes: [{ id: 'a' }, null] };

interface Case {
  readonly name: string;
  readonly answer: (response: ServerResponse) => void;
  readonly reason: RefusalReason;
  readonly status: number | null;
}

const html = (response: ServerResponse, status: number) => {
  response.writeHead(status, { 'content-type': 'text/html' });
  response.end('<html><style>b{}</style><body><b>Unicorn!</b>\u001b[31m</body></html>');
};
const body = (value: unknown) => (response: ServerResponse) => json(response, 200, value);
const errors = (...all: object[]) => ({ errors: all });

const CASES: readonly Case[] = [
  { name: '502 with a page', answer: (r) => html(r, 502), reason: 'gateway_timeout', status: 502 },
  { name: '503', answer: (r) => json(r, 503, {}), reason: 'gateway_timeout', status: 503 },
  {
    name: '504',
    answer: (r) => json(r, 504, { message: "We couldn't respond to your request in time." }),
    reason: 'gateway_timeout',
    status: 504,
  },
  { name: '500', answer: (r) => json(r, 500, { message: 'oops' }), reason: 'server_error', status: 500 },
  { name: '200 with a page', answer: (r) => html(r, 200), reason: 'server_error', status: 200 },
  {
    name: '200 with a time-out in words and null data',
    answer: body({
      data: null,
      errors: [{ message: 'Something went wrong while executing your query. This may be the result of a timeout.' }],
    }),
    reason: 'gateway_timeout',
    status: 200,
  },
  {
    name: '200 with "Something went wrong" and no data',
    answer: body(errors({ message: 'Something went wrong while executing your query on 2026-01-05T12:00:00Z.' })),
    reason: 'server_error',
    status: 200,
  },
  {
    name: 'resource limits exceeded beside partial data',
    answer: body({
      data: PARTIAL,
      errors: [{ type: 'RESOURCE_LIMITS_EXCEEDED', path: ['nodes', 1], message: 'Resource limits' }],
    }),
    reason: 'resource_limits_exceeded',
    status: 200,
  },
  {
    name: 'more nodes than a query may have',
    answer: body(errors({ type: 'MAX_NODE_LIMIT_EXCEEDED', message: 'requests up to 1,000,000 possible nodes' })),
    reason: 'resource_limits_exceeded',
    status: 200,
  },
  {
    name: 'null data with an unexplained error',
    answer: body({ data: null, errors: [{ message: 'loading' }] }),
    reason: 'partial_answer',
    status: 200,
  },
  {
    name: 'a null node with an untyped error',
    answer: body({ data: PARTIAL, errors: [{ path: ['nodes', 1], message: 'internal' }] }),
    reason: 'partial_answer',
    status: 200,
  },
  { name: 'a null node without any error', answer: body({ data: PARTIAL }), reason: 'partial_answer', status: 200 },
  {
    name: 'a null child without any error',
    answer: body({ data: { ...DATA, nodes: [{ id: 'a', files: { nodes: [null] } }] } }),
    reason: 'partial_answer',
    status: 200,
  },
  {
    name: 'a child of a list that is not found',
    answer: body({
      data: { ...DATA, nodes: [{ reviews: { nodes: [null] } }] },
      errors: [{ type: 'NOT_FOUND', path: ['nodes', 0, 'reviews', 'nodes', 0], message: 'gone' }],
    }),
    reason: 'partial_answer',
    status: 200,
  },
  {
    name: 'JSON that ends early',
    answer: (r) => {
      r.writeHead(200, { 'content-type': 'application/json' });
      r.end('{"data":{"nodes":[{"id":');
    },
    reason: 'cut_stream',
    status: 200,
  },
  {
    name: 'a body that is cut off',
    answer: (r) => {
      r.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' });
      r.write('{"data":');
      setTimeout(() => r.destroy(), 20);
    },
    reason: 'cut_stream',
    status: 200,
  },
  { name: 'no response', answer: () => {}, reason: 'deadline_exceeded', status: null },
  {
    name: 'headers and then nothing',
    answer: (r) => {
      r.writeHead(200, { 'content-type': 'application/json' });
      r.write('{"data":');
    },
    reason: 'deadline_exceeded',
    status: 200,
  },
];

describe('an answer that GitHub could not give whole is a refusal, after one request', () => {
  test.for(CASES)('$name: $reason', async ({ answer, reason, status }) => {
    const server = await startScriptedServer((_, response) => answer(response));
    const { client, clock } = clientFor(server.url, { requestTimeoutMs: 150 });
    const thrown = await thrownBy(client.graphql({ document: DOCUMENT, variables: {} }));
    expect(thrown).toBeInstanceOf(GitHubRefusal);
    expect(thrown).toMatchObject({ reason, status });
    expect(server.requests).toHaveLength(1);
    expect(clock.slept).toEqual([]);
    expect(client.spent).toEqual({ graphql: 1, rest: 0, requests: 1 });
    expect(everythingIn(thrown)).not.toContain(TOKEN);
    expect((thrown as Error).message).not.toMatch(/\p{Cc}|<html|b\{\}/u);
  });

  test('a connection that is reset before the response: sent once more, then refused so that the caller asks for less', async () => {
    const server = await startScriptedServer((_, response) => response.destroy());
    const { client, waits } = clientFor(server.url);
    const thrown = await thrownBy(client.graphql({ document: DOCUMENT, variables: {} }));
    expect(thrown).toMatchObject({ name: 'GitHubRefusal', reason: 'cut_stream', status: null });
    expect(server.requests).toHaveLength(2);
    expect(waits).toEqual(['network 1s', 'end']);
  });
});

describe('an answer is returned', () => {
  test('with its data, cost and budget', async () => {
    const server = await startScriptedServer((_, response) =>
      json(response, 200, { data: { ...DATA, rateLimit: rateField(4_000, START + 3_600_000, 3) } }),
    );
    const { client, budgets } = clientFor(server.url);
    const answer = await client.graphql<{ nodes: { id: string }[] }>({ document: DOCUMENT, variables: { first: 2 } });
    expect(answer).toMatchObject({ data: { nodes: [{ id: 'a' }, { id: 'b' }] }, cost: 3, notFound: [] });
    expect(client.spent).toEqual({ graphql: 3, rest: 0, requests: 1 });
    expect(budgets).toEqual([
      { resource: 'graphql', limit: 5_000, remaining: 4_000, reserve: 500, resetAt: START + 3_600_000 },
    ]);
    const [sent] = server.requests;
    expect(JSON.parse(sent?.body ?? '')).toEqual({ query: DOCUMENT, variables: { first: 2 } });
    expect(sent).toMatchObject({ method: 'POST', url: '/graphql' });
    expect(sent?.headers).toMatchObject({ authorization: `token ${TOKEN}` });
    expect(sent?.headers['user-agent']).toMatch(/^capture-cli-test /);
  });

  test('naming the nodes that do not exist', async () => {
    const server = await startScriptedServer((_, response) =>
      json(response, 200, {
        data: PARTIAL,
        errors: [{ type: 'NOT_FOUND', path: ['nodes', 1], message: 'Could not resolve to a node' }],
      }),
    );
    const { client } = clientFor(server.url);
    const answer = await client.graphql({ document: DOCUMENT, variables: {} });
    expect(answer.notFound).toEqual([['nodes', 1]]);
  });

  test('without a budget where the server has none (rateLimit null)', async () => {
    const server = await startScriptedServer((_, response) => json(response, 200, { data: { rateLimit: null } }));
    const { client, budgets } = clientFor(server.url);
    expect(await client.graphql({ document: DOCUMENT, variables: {} })).toMatchObject({ cost: 0 });
    expect(await client.graphql({ document: DOCUMENT, variables: {} })).toMatchObject({ cost: 0 });
    expect(budgets).toEqual([]);
    expect(client.budget('graphql')).toBeUndefined();
  });
});
