import { describe, expect, test } from 'vitest';
import { RateLimitPause } from '../../../src/lib/github/refusals.ts';
import { clientFor, DOCUMENT, thrownBy } from './client-under-test.ts';
import { json, rateField, rateHeaders, type Script, startScriptedServer } from './scripted-server.ts';
import { START } from './virtual-clock.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const IN_HALF_AN_HOUR = START + 30 * MINUTE;
const QUERY = { document: DOCUMENT, variables: {} };
const SECONDARY = { message: 'You have exceeded a secondary rate limit. Please wait a few minutes.' };

const fine = (remaining = 4_000, resetAt = START + HOUR) => ({ data: { rateLimit: rateField(remaining, resetAt) } });

/** The first `times` requests are limited, the later ones answered. */
function limitedTimes(times: number, limited: Script): Script {
  return (request, response, nth) => (nth < times ? limited(request, response, nth) : json(response, 200, fine()));
}

describe('while limited nothing is sent', () => {
  test('primary, GraphQL 200 with RATE_LIMITED: waits until the reset, tells, and sends again', async () => {
    const limited: Script = (_, response) =>
      json(
        response,
        200,
        { data: null, errors: [{ type: 'RATE_LIMITED', message: 'API rate limit exceeded for user ID 1.' }] },
        rateHeaders(0, IN_HALF_AN_HOUR),
      );
    const server = await startScriptedServer(limitedTimes(1, limited));
    const { client, clock, waits } = clientFor(server.url);
    await client.graphql(QUERY);
    expect(clock.now()).toBe(IN_HALF_AN_HOUR + 1_000);
    expect(waits).toEqual(['budget_exhausted 1801s', 'end']);
    expect(client.spent).toEqual({ graphql: 1, rest: 0, requests: 2 });
  });

  test.for([403, 429])('primary, REST %i with nothing remaining: waits until the reset', async (status) => {
    const limited: Script = (_, response) =>
      json(response, status, { message: 'API rate limit exceeded' }, rateHeaders(0, IN_HALF_AN_HOUR, 5_000, 'core'));
    const server = await startScriptedServer(limitedTimes(1, limited));
    const { client, clock } = clientFor(server.url);
    await client.rest({ route: 'GET /user' });
    expect(clock.now()).toBe(IN_HALF_AN_HOUR + 1_000);
  });

  test('the REST budget being spent does not hold GraphQL', async () => {
    const server = await startScriptedServer((request, response) =>
      request.url === '/graphql'
        ? json(response, 200, fine())
        : json(response, 403, { message: 'API rate limit exceeded' }, rateHeaders(0, IN_HALF_AN_HOUR, 5_000, 'core')),
    );
    const { client, clock } = clientFor(server.url, { maxWaitMs: 1_000 });
    await expect(client.rest({ route: 'GET /user' })).rejects.toBeInstanceOf(RateLimitPause);
    await client.graphql(QUERY);
    expect(clock.now()).toBe(START);
  });

  test.for([
    { name: '403 with retry-after', status: 403, body: SECONDARY, headers: { 'retry-after': '17' }, seconds: 17 },
    { name: '429 with retry-after and no words', status: 429, body: {}, headers: { 'retry-after': '17' }, seconds: 17 },
    {
      name: '200 with the words',
      status: 200,
      body: { errors: [SECONDARY] },
      headers: { 'retry-after': '17' },
      seconds: 17,
    },
    {
      name: '403 with retry-after as a date',
      status: 403,
      body: SECONDARY,
      headers: { date: 'Mon, 05 Jan 2026 12:00:00 GMT', 'retry-after': 'Mon, 05 Jan 2026 12:00:20 GMT' },
      seconds: 20,
    },
    { name: '403 without retry-after', status: 403, body: SECONDARY, headers: {}, seconds: 60 },
    { name: '429 without anything', status: 429, body: {}, headers: {}, seconds: 60 },
    {
      name: '403 without retry-after, budget left',
      status: 403,
      body: SECONDARY,
      headers: rateHeaders(4_000, IN_HALF_AN_HOUR),
      seconds: 60,
    },
    {
      name: '403 without retry-after, budget spent',
      status: 403,
      body: SECONDARY,
      headers: rateHeaders(0, START + 5 * MINUTE),
      seconds: 301,
    },
  ])('secondary, $name: waits $seconds s', async ({ status, body, headers, seconds }) => {
    const server = await startScriptedServer(limitedTimes(1, (_, response) => json(response, status, body, headers)));
    const { client, clock, waits } = clientFor(server.url);
    await client.graphql(QUERY);
    expect((clock.now() - START) / 1_000).toBe(seconds);
    expect(waits).toEqual([`secondary_limit ${seconds}s`, 'end']);
    expect(server.requests).toHaveLength(2);
  });

  test('secondary again and again: waits double, and after five in a row the client pauses', async () => {
    const server = await startScriptedServer((_, response) => json(response, 403, SECONDARY));
    const { client, clock, waits } = clientFor(server.url);
    const thrown = await thrownBy(client.graphql(QUERY));
    const secondary = [60, 120, 240, 480].flatMap((seconds) => [`secondary_limit ${seconds}s`, 'end']);
    expect(waits).toEqual(secondary);
    expect(thrown).toBeInstanceOf(RateLimitPause);
    expect(thrown).toMatchObject({ kind: 'secondary', resumeAfter: clock.now() + 16 * MINUTE });
    await expect(client.graphql(QUERY)).rejects.toBeInstanceOf(RateLimitPause);
    expect(server.requests).toHaveLength(5);
    clock.advance(16 * MINUTE);
    await expect(client.graphql(QUERY)).rejects.toBeInstanceOf(RateLimitPause);
    expect(server.requests).toHaveLength(6);
  });

  test('a limit that one request meets holds those that wait, of both budgets, and one goes first afterwards', async () => {
    const time = { now: () => START };
    const arrivals: string[] = [];
    let inFlight = 0;
    const server = await startScriptedServer((request, response, nth) => {
      arrivals.push(`${time.now() - START} ms, ${inFlight} others in flight`);
      inFlight += 1;
      setTimeout(() => {
        inFlight -= 1;
        if (nth === 0) json(response, 403, SECONDARY, { 'retry-after': '30' });
        else json(response, 200, request.url === '/graphql' ? fine() : []);
      }, 10);
    });
    const { client, clock, waits } = clientFor(server.url);
    time.now = () => clock.now();
    clock.freeze();
    const first = client.graphql(QUERY);
    await expect.poll(() => clock.slept).toEqual([30_000]);
    const others = [client.graphql(QUERY), client.graphql(QUERY), client.rest({ route: 'GET /user' })];
    expect(clock.slept).toEqual([30_000, 30_000, 30_000, 30_000]);
    clock.thaw();
    await Promise.all([first, ...others]);
    expect(arrivals.slice(0, 2)).toEqual(['0 ms, 0 others in flight', '30000 ms, 0 others in flight']);
    expect(arrivals.slice(2).every((arrival) => arrival.startsWith('30000 ms'))).toBe(true);
    expect(arrivals).toHaveLength(5);
    expect(waits).toEqual(['secondary_limit 30s', 'end']);
  });

  test('a wait longer than the caller wants is a pause with the time to come back', async () => {
    const server = await startScriptedServer((_, response) =>
      json(response, 200, { errors: [{ type: 'RATE_LIMITED', message: 'x' }] }, rateHeaders(0, IN_HALF_AN_HOUR)),
    );
    const { client, waits, clock } = clientFor(server.url, { maxWaitMs: MINUTE });
    const thrown = await thrownBy(client.graphql(QUERY));
    expect(thrown).toMatchObject({ name: 'RateLimitPause', kind: 'primary', resumeAfter: IN_HALF_AN_HOUR + 1_000 });
    expect(waits).toEqual([]);
    expect(clock.slept).toEqual([]);
    await expect(client.graphql(QUERY)).rejects.toBeInstanceOf(RateLimitPause);
    expect(server.requests).toHaveLength(1);
  });

  test('a long wait is slept in pieces, so that a machine that was suspended does not oversleep', async () => {
    const limited: Script = (_, response) => json(response, 403, SECONDARY, { 'retry-after': '600' });
    const server = await startScriptedServer(limitedTimes(1, limited));
    const { client, clock } = clientFor(server.url);
    const call = client.graphql(QUERY);
    clock.freeze();
    await expect.poll(() => clock.slept).toEqual([MINUTE]);
    clock.advance(9.5 * MINUTE);
    clock.thaw();
    await call;
    expect(clock.now() - START).toBe(10 * MINUTE);
  });

  test('a wait ends at once when the caller aborts', async () => {
    const server = await startScriptedServer((_, response) => json(response, 403, SECONDARY));
    const { waits, ...parts } = clientFor(server.url, {
      clock: {
        now: () => START,
        sleep: (_, signal) =>
          new Promise((__, reject) => signal?.addEventListener('abort', () => reject(signal.reason))),
      },
    });
    const controller = new AbortController();
    const call = thrownBy(parts.client.graphql({ ...QUERY, signal: controller.signal }));
    await expect.poll(() => waits).toEqual(['secondary_limit 60s']);
    const reason = new Error('stopped by the operator');
    controller.abort(reason);
    expect(await call).toBe(reason);
    expect(waits).toEqual(['secondary_limit 60s', 'end']);
  });
});

describe('the reserve is kept', () => {
  test('nothing is sent once what is left is the reserve; it goes on after the reset', async () => {
    let remaining = 502;
    const server = await startScriptedServer((_, response) => {
      remaining -= 1;
      json(response, 200, fine(remaining, IN_HALF_AN_HOUR));
    });
    const { client, clock, waits } = clientFor(server.url);
    await client.graphql(QUERY);
    await client.graphql(QUERY);
    expect(clock.now()).toBe(START);
    expect(client.budget('graphql')).toMatchObject({ remaining: 500, reserve: 500 });
    await client.graphql(QUERY);
    expect(clock.now()).toBe(IN_HALF_AN_HOUR + 1_000);
    expect(waits).toEqual(['budget_exhausted 1801s', 'end']);
  });

  test('two requests at once do not both spend the last unit', async () => {
    let remaining = 501;
    const server = await startScriptedServer((_, response, nth) => {
      if (nth > 0) remaining -= 1;
      setTimeout(() => json(response, 200, fine(remaining, IN_HALF_AN_HOUR)), 10);
    });
    const { client } = clientFor(server.url, { maxWaitMs: 0 });
    await client.graphql(QUERY);
    const outcomes = await Promise.allSettled([client.graphql(QUERY), client.graphql(QUERY)]);
    expect(outcomes.map((outcome) => outcome.status)).toEqual(['fulfilled', 'rejected']);
    expect(server.requests).toHaveLength(2);
    expect(remaining).toBe(500);
  });

  test('a reserve that leaves nothing of the limit is said instead of waiting for ever', async () => {
    const server = await startScriptedServer((_, response) =>
      json(response, 200, { data: { rateLimit: rateField(900, START + HOUR, 1, 1_000) } }),
    );
    const { client } = clientFor(server.url, { reserve: { kind: 'units', value: 1_000 } });
    await expect(client.graphql(QUERY)).rejects.toMatchObject({ code: 'reserve_exceeds_limit', exitCode: 2 });
  });
});

describe('a local clock that is wrong', () => {
  test.for([
    { name: 'ten minutes fast', skew: -10 * MINUTE },
    { name: 'ten minutes slow', skew: 10 * MINUTE },
  ])("$name: the reset is taken by the server's clock", async ({ skew }) => {
    const serverNow = START + skew;
    const limited: Script = (_, response) =>
      json(
        response,
        403,
        { message: 'API rate limit exceeded' },
        {
          ...rateHeaders(0, serverNow + 20 * MINUTE, 5_000, 'core'),
          date: new Date(serverNow).toUTCString(),
        },
      );
    const server = await startScriptedServer(limitedTimes(1, limited));
    const { client, clock } = clientFor(server.url);
    await client.rest({ route: 'GET /user' });
    expect(clock.now() - START).toBe(20 * MINUTE + 1_000);
  });
});
