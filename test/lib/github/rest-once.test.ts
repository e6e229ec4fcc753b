import { describe, expect, test } from 'vitest';
import { GitHubRefusal, RateLimitPause } from '../../../src/lib/github/refusals.ts';
import { clientFor, thrownBy } from './client-under-test.ts';
import { json, startScriptedServer } from './scripted-server.ts';
import { START } from './virtual-clock.ts';

const DISPATCH = {
  route: 'POST /repos/{owner}/{repo}/actions/workflows/{workflow_id}/dispatches',
  parameters: { owner: 'acme', repo: 'big', workflow_id: 'a.yml', ref: 'main' },
};

describe('a request that may leave only once', () => {
  test.for([500, 502, 503, 504])('is sent once when the servers answer %i', async (status) => {
    const server = await startScriptedServer((_, response) => json(response, status, {}));
    const { client, waits } = clientFor(server.url);
    expect(await thrownBy(client.rest({ ...DISPATCH, once: true }))).toBeInstanceOf(GitHubRefusal);
    expect([server.requests.length, waits]).toEqual([1, []]);
  });

  test('is sent once when the connection is cut before or within the answer', async () => {
    const server = await startScriptedServer((_, response, nth) => {
      if (nth === 0) {
        response.destroy();
        return;
      }
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': '100' });
      response.write('{');
      setTimeout(() => response.destroy(), 10);
    });
    const { client } = clientFor(server.url);
    expect(await thrownBy(client.rest({ ...DISPATCH, once: true }))).toBeInstanceOf(GitHubRefusal);
    expect(await thrownBy(client.rest({ ...DISPATCH, once: true }))).toBeInstanceOf(GitHubRefusal);
    expect(server.requests).toHaveLength(2);
  });

  test('is not sent again after a limit, which is thrown with the time at which it ends', async () => {
    const server = await startScriptedServer((_, response) =>
      json(response, 403, { message: 'You have exceeded a secondary rate limit' }, { 'retry-after': '30' }),
    );
    const { client } = clientFor(server.url);
    const thrown = await thrownBy(client.rest({ ...DISPATCH, once: true }));
    expect(thrown).toBeInstanceOf(RateLimitPause);
    expect(thrown).toMatchObject({ kind: 'secondary', resumeAfter: START + 30_000 });
    expect(server.requests).toHaveLength(1);
  });
});

describe('answers that the caller expects', () => {
  test('a status that is named is data, one that is not is an error', async () => {
    const server = await startScriptedServer((_, response) => json(response, 422, { message: 'no' }));
    const { client } = clientFor(server.url);
    const expected = await client.rest({ ...DISPATCH, answers: [400, 422] });
    expect(expected).toMatchObject({ status: 422, data: { message: 'no' } });
    expect(await thrownBy(client.rest(DISPATCH))).toMatchObject({ code: 'github_rejected' });
  });

  test('a redirect is left to the caller when asked for, and never followed to a stranger with the token', async () => {
    const stranger = await startScriptedServer((_, response) => response.end('log'));
    const server = await startScriptedServer((_, response) => {
      response.writeHead(302, { location: `${stranger.url}/log` });
      response.end();
    });
    const { client } = clientFor(server.url);
    const answer = await client.rest({ route: 'GET /log', redirect: 'manual', answers: [302] });
    expect(answer).toMatchObject({ status: 302, headers: { location: `${stranger.url}/log` } });
    expect(stranger.requests).toEqual([]);
  });
});
