import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Clock, systemClock } from '../../../src/lib/clock.ts';
import { callProcedure } from '../../../src/lib/store/call.ts';
import { openStore, type StoreOptions } from '../../../src/lib/store/store.ts';
import { type HostedPostgres, startHostedPostgres } from '../../support/hosted-postgres.ts';
import { writeNoteMigrations } from '../../support/note-migrations.ts';
import { refusalOf } from '../../support/refusal.ts';
import { type TemporaryDirectory, temporaryDirectory } from '../../support/temp.ts';

let temp: TemporaryDirectory;
let migrationsDirectory: string;
let hosted: HostedPostgres;

beforeAll(async () => {
  temp = await temporaryDirectory();
  migrationsDirectory = await writeNoteMigrations(join(temp.path, 'migrations'));
  hosted = await startHostedPostgres({ migrationsDirectory });
});
afterAll(async () => {
  await hosted?.close();
  await temp.remove();
});

/** Time that passes at once, and what was waited. */
function instantClock(): Clock & { readonly waits: number[] } {
  const waits: number[] = [];
  return {
    waits,
    now: () => Date.now(),
    sleep: async (ms) => {
      waits.push(ms);
    },
  };
}

function options(other: Partial<StoreOptions> = {}): StoreOptions {
  return {
    url: hosted.url,
    serviceKey: hosted.serviceKey,
    directory: join(temp.path, 'never-made'),
    migrationsDirectory,
    clock: systemClock,
    ...other,
  };
}

describe('a hosted store', () => {
  it('answers the same calls as the embedded one', async () => {
    await hosted.reset();
    const store = await openStore(options());
    expect(store).toMatchObject({ kind: 'hosted', location: hosted.url });
    await callProcedure(store.client, 'note_put', { p_id: 1, p_body: 'a\0b' });
    expect(await callProcedure(store.client, 'note_ids', {})).toEqual([1]);
    await expect(callProcedure(store.client, 'note_refuse', { p_code: 'P0001' })).rejects.toMatchObject({
      name: 'StoreError',
      code: 'P0001',
      details: 'the detail',
      hint: 'the hint',
    });
    await store.close();
  });

  it('that has just started answers many first requests at once, which change nothing in its catalogue', async () => {
    const fresh = await startHostedPostgres({ migrationsDirectory, connections: 12 });
    // Rights that are given anew are new versions of these rows, and two writers of one version collide.
    const catalogue = () =>
      fresh.sql`select relname, xmin::text from pg_class where relnamespace = 'public'::regnamespace order by relname`;
    try {
      const before = await catalogue();
      const stores = Array.from({ length: 12 }, () =>
        openStore(options({ url: fresh.url, serviceKey: fresh.serviceKey })),
      );
      for (const store of await Promise.all(stores)) await store.close();
      expect([...(await catalogue())]).toEqual([...before]);
    } finally {
      await fresh.close();
    }
  });

  it('gives each of 4 concurrent workers its own rows: 200 claims, none doubled', async () => {
    await hosted.reset();
    await hosted.sql`insert into notes (id, body) select n, 'x' from generate_series(1, 200) n`;
    const claims = await Promise.all(
      ['a', 'b', 'c', 'd'].map(async (worker) => {
        const store = await openStore(options());
        const taken: number[] = [];
        for (;;) {
          const id = await callProcedure<number | null>(store.client, 'note_take', { p_worker: worker });
          if (id === null) break;
          taken.push(id);
        }
        await store.close();
        return taken;
      }),
    );
    expect(claims.flat().toSorted((a, b) => a - b)).toEqual(Array.from({ length: 200 }, (_, index) => index + 1));
    expect(claims.filter((taken) => taken.length > 0).length).toBeGreaterThan(1);
  });

  it('that has no migrations, older ones or newer ones is refused with the next step', async () => {
    const newer = await writeNoteMigrations(join(temp.path, 'newer'), ['20990101000000']);
    const older = await refusalOf(openStore(options({ migrationsDirectory: newer })));
    expect(older).toMatchObject({ code: 'store_older' });
    expect(older.nextSteps.join()).toContain('supabase db push');

    await hosted.sql`alter function capture_schema_version() rename to hidden`;
    await hosted.sql`create function capture_schema_version() returns text language sql as $$ select '20990101000000' $$`;
    expect(await refusalOf(openStore(options()))).toMatchObject({ code: 'store_newer' });
    await hosted.sql`drop function capture_schema_version()`;
    await hosted.sql`alter function hidden() rename to capture_schema_version`;
  });

  it('refuses a key that is not its own, without showing it', async () => {
    const serviceKey = 'sb_secret_of_someone_else';
    const refusal = await refusalOf(openStore(options({ serviceKey })));
    expect(refusal).toMatchObject({ code: 'store_key_refused', exitCode: 4 });
    expect(JSON.stringify([refusal, refusal.message, refusal.stack])).not.toContain(serviceKey);
  });

  it('refuses a request when the API does not know the procedure', async () => {
    const store = await openStore(options());
    expect(await refusalOf(callProcedure(store.client, 'no_such_procedure', {}))).toMatchObject({
      code: 'store_not_migrated',
    });
    await store.close();
  });

  it('stops a request that is cancelled', async () => {
    const store = await openStore(options());
    const cancel = AbortSignal.timeout(100);
    await expect(callProcedure(store.client, 'note_wait', { p_seconds: 5 }, { signal: cancel })).rejects.toThrow();
    await store.close();
  });
});

describe('a connection that fails', () => {
  /** Passes requests on to the real store, once as many of them as `faults` says have been answered with its faults. */
  async function withFaults(
    faults: readonly (number | 'cut')[],
    use: (url: string, requests: () => number) => Promise<void>,
  ): Promise<void> {
    let requests = 0;
    const server = createServer((incoming, response) => {
      const fault = faults[requests];
      requests += 1;
      if (fault === 'cut') {
        response.writeHead(200, { 'content-type': 'application/json', 'content-length': '100' });
        response.write('"2026');
        setTimeout(() => response.destroy(), 5);
        return;
      }
      if (fault !== undefined) {
        response.writeHead(fault, { 'content-type': 'text/html' }).end('<h1>gateway</h1>');
        return;
      }
      void (async () => {
        const chunks: Buffer[] = [];
        for await (const chunk of incoming) chunks.push(chunk as Buffer);
        const headers = new Headers(Object.entries(incoming.headers).map(([name, value]) => [name, String(value)]));
        for (const name of ['host', 'connection', 'content-length']) headers.delete(name);
        const answer = await fetch(`${hosted.url}${incoming.url}`, {
          method: incoming.method ?? 'GET',
          headers,
          body: Buffer.concat(chunks),
        });
        response.writeHead(answer.status, { 'content-type': 'application/json' }).end(await answer.text());
      })();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    try {
      await use(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, () => requests);
    } finally {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    }
  }

  it('is tried again, with growing random waits', async () => {
    const clock = instantClock();
    await withFaults([503, 'cut', 502, 524], async (url, requests) => {
      const store = await openStore(options({ url, clock }));
      expect(requests()).toBe(5);
      await store.close();
    });
    expect(clock.waits).toHaveLength(4);
    expect(clock.waits.every((wait, index) => wait >= 0 && wait <= 250 * 2 ** index)).toBe(true);
  });

  it('ends after five tries, with an error that says what it met', async () => {
    const clock = instantClock();
    await withFaults([503, 503, 503, 503, 503, 503], async (url, requests) => {
      const refusal = await refusalOf(openStore(options({ url, clock })));
      expect(refusal).toMatchObject({ code: 'store_unreachable' });
      expect(refusal.message).toBe(
        `the store ${url} cannot be reached: what is there answers 503 and not as PostgREST does`,
      );
      expect(requests()).toBe(5);
    });
  });

  it('is told at once when something else stands at the address', async () => {
    await withFaults([404], async (url, requests) => {
      const refusal = await refusalOf(openStore(options({ url })));
      expect(refusal).toMatchObject({ code: 'store_unreachable' });
      expect(refusal.message).toContain('404');
      expect(requests()).toBe(1);
    });
  });

  it('names the reason when nobody listens, and the key stays out of it', async () => {
    const clock = instantClock();
    const refusal = await refusalOf(openStore(options({ url: await addressOfNobody(), clock })));
    expect(refusal).toMatchObject({ code: 'store_unreachable' });
    expect(refusal.message).toContain('ECONNREFUSED');
    expect(`${refusal.message}${refusal.stack}${refusal.nextSteps.join()}`).not.toContain(hosted.serviceKey);
  });

  it('is not repeated for what the database itself refused', async () => {
    await withFaults([], async (url, requests) => {
      const store = await openStore(options({ url }));
      const before = requests();
      await expect(callProcedure(store.client, 'note_refuse', { p_code: 'P0001' })).rejects.toThrow();
      expect(requests() - before).toBe(1);
      await store.close();
    });
  });
});

/** An address that was free a moment ago. */
async function addressOfNobody(): Promise<string> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return `http://127.0.0.1:${port}`;
}
