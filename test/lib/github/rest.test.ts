import { describe, expect, test } from 'vitest';
import { lastPage, nextPage } from '../../../src/lib/github/rest/link-header.ts';
import { clientFor } from './client-under-test.ts';
import { json, rateHeaders, startScriptedServer } from './scripted-server.ts';
import { START } from './virtual-clock.ts';

const PULLS = {
  route: 'GET /repos/{owner}/{repo}/pulls',
  parameters: { owner: 'acme', repo: 'big', per_page: 1, state: 'all' },
};

describe('REST', () => {
  test('fills in the route and answers data, status and headers; budgets are told apart', async () => {
    const link =
      '<https://api.github.com/repositories/1/pulls?per_page=1&page=2>; rel="next", <https://api.github.com/repositories/1/pulls?per_page=1&page=1234>; rel="last"';
    const server = await startScriptedServer((_, response) =>
      json(response, 200, [{ id: 9_007_199_254_740_991 }], {
        link,
        ...rateHeaders(4_990, START + 3_600_000, 5_000, 'core'),
      }),
    );
    const { client } = clientFor(server.url);
    const answer = await client.rest<{ id: number }[]>(PULLS);
    expect(server.requests[0]?.url).toBe('/repos/acme/big/pulls?per_page=1&state=all');
    expect(server.requests[0]?.headers).toMatchObject({ 'x-github-api-version': '2022-11-28' });
    expect(answer).toMatchObject({ status: 200, data: [{ id: 9_007_199_254_740_991 }] });
    expect([lastPage(answer.headers), nextPage(answer.headers)]).toEqual([1234, 2]);
    expect(client.budget('rest')).toMatchObject({ resource: 'rest', limit: 5_000, remaining: 4_990, reserve: 500 });
    expect(client.budget('graphql')).toBeUndefined();
    expect(client.spent).toEqual({ graphql: 0, rest: 1, requests: 1 });
  });

  test('a GET is conditional: a 304 answers the remembered data and is not charged', async () => {
    const server = await startScriptedServer((request, response) => {
      if (request.headers['if-none-match'] !== '"v1"')
        return json(response, 200, { state: 'queued' }, { etag: '"v1"' });
      response.writeHead(304, { etag: '"v1"', 'x-poll-interval': '7' });
      return response.end();
    });
    const { client } = clientFor(server.url);
    const first = await client.rest<{ state: string }>({ route: 'GET /runs/1' });
    first.data.state = 'changed by the caller';
    const second = await client.rest({ route: 'GET /runs/1' });
    expect(second).toMatchObject({ status: 200, data: { state: 'queued' }, headers: { 'x-poll-interval': '7' } });
    expect(client.spent).toEqual({ graphql: 0, rest: 1, requests: 2 });
  });

  test.for([500, 502, 503])('a GET is repeated when the servers fail it with %i, three times', async (status) => {
    const server = await startScriptedServer((_, response, nth) =>
      nth < 3 ? json(response, status, {}) : json(response, 200, 'fine'),
    );
    const { client, waits } = clientFor(server.url, { random: () => 1 });
    expect(await client.rest(PULLS)).toMatchObject({ data: 'fine' });
    expect(waits).toEqual(['network 1s', 'end', 'network 2s', 'end', 'network 4s', 'end']);
  });

  test('a GET whose answer is cut off is repeated, and refused when it stays so', async () => {
    const server = await startScriptedServer((_, response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': '100' });
      response.write('[');
      setTimeout(() => response.destroy(), 5);
    });
    const { client } = clientFor(server.url);
    await expect(client.rest(PULLS)).rejects.toMatchObject({ name: 'GitHubRefusal', reason: 'cut_stream' });
    expect(server.requests).toHaveLength(4);
  });

  test.for(['502', 'reset', 'hang'])('a POST is never sent twice, whatever happens: %s', async (fault) => {
    const server = await startScriptedServer((_, response) => {
      if (fault === '502') json(response, 502, {});
      if (fault === 'reset') response.destroy();
    });
    const { client } = clientFor(server.url, { requestTimeoutMs: 100 });
    const dispatch = client.rest({ route: 'POST /repos/a/b/dispatches', parameters: { ref: 'main' } });
    await expect(dispatch).rejects.toMatchObject({ name: 'GitHubRefusal' });
    expect(server.requests.map((request) => request.body)).toEqual(['{"ref":"main"}']);
  });

  test.for([
    { path: '/repos/acme/none', status: 404, code: 'repository_not_found', exitCode: 2 },
    { path: '/repos/acme/big/pulls/7', status: 404, code: 'not_found', exitCode: 2 },
    { path: '/repos/acme/big', status: 451, code: 'github_rejected', exitCode: 1 },
    { path: '/repos/acme/big/pulls', status: 422, code: 'github_rejected', exitCode: 1 },
    { path: '/user', status: 401, code: 'token_rejected', exitCode: 4 },
  ])('$status at $path: $code', async ({ path, status, code, exitCode }) => {
    const server = await startScriptedServer((_, response) => json(response, status, { message: 'no' }));
    const { client } = clientFor(server.url);
    await expect(client.rest({ route: `GET ${path}` })).rejects.toMatchObject({ code, exitCode });
    expect(server.requests).toHaveLength(1);
  });

  test('204 has no data, text is a string, anything else is bytes', async () => {
    const log = 'line 1\n';
    const server = await startScriptedServer((request, response) => {
      if (request.url === '/empty') response.writeHead(204).end();
      else
        response.writeHead(200, { 'content-type': request.url === '/log' ? 'text/plain' : 'application/zip' }).end(log);
    });
    const { client } = clientFor(server.url);
    expect(await client.rest({ route: 'DELETE /empty' })).toMatchObject({ status: 204, data: undefined });
    expect(await client.rest({ route: 'GET /log' })).toMatchObject({ data: log });
    expect(await client.rest({ route: 'GET /zip' })).toMatchObject({ data: Buffer.from(log) });
  });

  test.for([
    [undefined, undefined],
    ['<https://x/y?page=3>; rel=last', 3],
    ['<https://x/y?page=2&after=a,b>; rel="next"; title="a, b", </y?page=9>; title="z"; rel="last"', 9],
    ['<https://x/y?page=2>; rel="next"', undefined],
    ['<https://x/y?page=none>; rel="last"', undefined],
  ] as const)('the last page of %j is %j', ([link, page]) => {
    expect(lastPage(link === undefined ? {} : { link })).toBe(page);
  });
});
