import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { describe, expect, test } from 'vitest';
import { clientFor, DOCUMENT, everythingIn, TOKEN, thrownBy } from './client-under-test.ts';
import { json, rateField, startScriptedServer } from './scripted-server.ts';
import { START } from './virtual-clock.ts';

const QUERY = { document: DOCUMENT, variables: { first: 5 } };
const FINE = { data: { rateLimit: rateField(4_000, START + 3_600_000) } };

async function closedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

describe('when there is no connection', () => {
  test('at the first contact it is tried four times in a few seconds, then said with the next step', async () => {
    const { client, clock, waits } = clientFor(`http://127.0.0.1:${await closedPort()}`, { random: () => 0.999 });
    const thrown = await thrownBy(client.graphql(QUERY));
    expect(thrown).toMatchObject({
      code: 'github_unreachable',
      exitCode: 1,
      message: expect.stringContaining('ECONNREFUSED'),
    });
    expect(clock.now() - START).toBeLessThanOrEqual(7_000);
    expect(waits.filter((wait) => wait !== 'end')).toEqual(['network 1s', 'network 2s', 'network 4s']);
    expect(client.spent.graphql).toBe(0);
    expect(everythingIn(thrown)).not.toContain(TOKEN);
  });

  test('it is waited for longer once GitHub has been reached, and the work goes on', async () => {
    let down = 0;
    const server = await startScriptedServer((_, response) => json(response, 200, FINE));
    const refused = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
    const fetch: typeof globalThis.fetch = (input, init) => {
      down -= 1;
      return down >= 0
        ? Promise.reject(new TypeError('fetch failed', { cause: refused }))
        : globalThis.fetch(input, init);
    };
    const { client, clock } = clientFor(server.url, { fetch });
    await client.graphql(QUERY);
    down = 7;
    await client.graphql(QUERY);
    expect(clock.slept).toHaveLength(7);
    down = 8;
    await expect(client.graphql(QUERY)).rejects.toMatchObject({ code: 'github_unreachable' });
  });

  test('a host that does not exist is unreachable', async () => {
    const { client } = clientFor('http://github.invalid');
    await expect(client.rest({ route: 'GET /user' })).rejects.toMatchObject({ code: 'github_unreachable' });
  });

  test('a certificate that is not trusted is not tried again', async () => {
    const cause = Object.assign(new Error('self-signed certificate in certificate chain'), {
      code: 'SELF_SIGNED_CERT_IN_CHAIN',
    });
    const { client, clock } = clientFor('https://github.invalid', {
      fetch: () => Promise.reject(new TypeError('fetch failed', { cause })),
    });
    const thrown = await thrownBy(client.graphql(QUERY));
    expect(thrown).toMatchObject({
      code: 'github_unreachable',
      nextSteps: expect.arrayContaining([expect.stringContaining('NODE_EXTRA_CA_CERTS')]),
    });
    expect(clock.slept).toEqual([]);
  });

  test.for(['http://[bad', 'http://127.0.0.1:6000'])('the address %s cannot work and is said at once', async (url) => {
    const { client, clock } = clientFor(url);
    await expect(client.graphql(QUERY)).rejects.toMatchObject({
      code: 'github_unreachable',
      message: expect.stringContaining(url),
    });
    expect(clock.slept).toEqual([]);
  });

  test('a kept-alive connection that was closed meanwhile costs one more try, not the page', async () => {
    const server = await startScriptedServer((_, response, nth) =>
      nth === 1 ? response.destroy() : json(response, 200, FINE),
    );
    const { client } = clientFor(server.url);
    await client.graphql(QUERY);
    await client.graphql(QUERY);
    expect(server.requests).toHaveLength(3);
  });

  test('a request in flight ends when the caller aborts', async () => {
    const server = await startScriptedServer(() => {});
    const { client } = clientFor(server.url);
    const controller = new AbortController();
    const call = thrownBy(client.graphql({ ...QUERY, signal: controller.signal }));
    await expect.poll(() => server.requests.length).toBe(1);
    const reason = new Error('stopped by the operator');
    controller.abort(reason);
    expect(await call).toBe(reason);
  });
});

describe('redirects', () => {
  test.for([301, 302, 307, 308])('%i: the same POST is sent again, within the origin', async (status) => {
    const server = await startScriptedServer((request, response) => {
      if (request.url === '/moved') return json(response, 200, FINE);
      response.writeHead(status, { location: '/moved' });
      response.end();
    });
    const { client } = clientFor(server.url);
    await client.graphql(QUERY);
    expect(server.requests.map(({ method, url }) => `${method} ${url}`)).toEqual(['POST /graphql', 'POST /moved']);
    expect(server.requests[1]?.body).toBe(server.requests[0]?.body);
    expect(server.requests[1]?.headers.authorization).toContain(TOKEN);
  });

  test('a renamed repository is found by REST at its new address', async () => {
    const server = await startScriptedServer((request, response) => {
      if (request.url === '/repositories/42') return json(response, 200, { full_name: 'new/name' });
      return json(response, 301, { message: 'Moved Permanently' }, { location: `${server.url}/repositories/42` });
    });
    const { client } = clientFor(server.url);
    const answer = await client.rest<{ full_name: string }>({
      route: 'GET /repos/{owner}/{repo}',
      parameters: { owner: 'old', repo: 'name' },
    });
    expect(answer.data.full_name).toBe('new/name');
  });

  test('another origin is not followed: the token stays', async () => {
    const elsewhere = await startScriptedServer((_, response) => json(response, 200, FINE));
    const server = await startScriptedServer((_, response) =>
      json(response, 302, {}, { location: `${elsewhere.url}/x` }),
    );
    const { client } = clientFor(server.url);
    await expect(client.graphql(QUERY)).rejects.toThrow(/redirect/);
    expect(elsewhere.requests).toEqual([]);
  });

  test('a loop ends after three', async () => {
    const server = await startScriptedServer((request, response) => json(response, 307, {}, { location: request.url }));
    const { client } = clientFor(server.url);
    await expect(client.rest({ route: 'GET /user' })).rejects.toThrow(/more than 3 redirects/);
    expect(server.requests).toHaveLength(4);
  });
});
