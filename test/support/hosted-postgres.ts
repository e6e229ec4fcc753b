import { randomBytes } from 'node:crypto';
import { chmod } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { getRequestListener } from '@hono/node-server';
import postgres from 'postgres';
import { withPostgrestAnswer } from '../../src/lib/store/embedded/postgrest-errors.ts';
import { quietConsole } from '../../src/lib/store/embedded/quiet-console.ts';
import { readMigrations } from '../../src/lib/store/schema/migrations.ts';
import { startPostgres } from './postgres-server.ts';
import { temporaryDirectory } from './temp.ts';

export interface HostedPostgres {
  /** As SUPABASE_URL. */
  readonly url: string;
  /** As SUPABASE_SERVICE_KEY. */
  readonly serviceKey: string;
  /** The database itself, past the API, as its superuser. */
  readonly sql: postgres.Sql;
  /** Empties every table of the schema `public`. */
  reset(): Promise<void>;
  close(): Promise<void>;
}

export interface HostedPostgresOptions {
  /** Defaults to the project's own migrations. */
  readonly migrationsDirectory?: string;
  /** Connections of the API to the database: as many requests run at once. */
  readonly connections?: number;
}

const PROJECT_MIGRATIONS = join(import.meta.dirname, '..', '..', 'supabase', 'migrations');

/**
 * A hosted Supabase as far as this program can tell: a real PostgreSQL server with a project's roles and our migrations,
 * behind a PostgREST-compatible API over HTTP with a pool of connections, so that requests are really concurrent.
 * Every call starts one of its own, in a second or less; several can run at once.
 */
export async function startHostedPostgres(options: HostedPostgresOptions = {}): Promise<HostedPostgres> {
  const undo: (() => Promise<unknown>)[] = [];
  const close = async () => {
    for (const step of undo.splice(0).reverse()) await step();
  };
  try {
    const temp = await temporaryDirectory();
    undo.push(() => temp.remove());
    // Under root the server runs as the user `postgres`, who must be able to pass through to the directory below.
    await chmod(temp.path, 0o711);
    const migrations = await readMigrations(options.migrationsDirectory ?? PROJECT_MIGRATIONS);
    const { address, stop } = await startPostgres(join(temp.path, 'data'), migrations);
    undo.push(stop);
    const sql = postgres(address, { max: 4, onnotice: () => undefined });
    undo.push(() => sql.end({ timeout: 1 }));
    const serviceKey = `sb_secret_${randomBytes(24).toString('base64url')}`;
    const api = await startApi(address, serviceKey, options.connections ?? 8);
    undo.push(api.stop);
    return { url: api.url, serviceKey, sql, reset: () => reset(sql), close };
  } catch (thrown) {
    await close();
    throw thrown;
  }
}

async function startApi(address: string, serviceKey: string, connections: number) {
  process.env['LITE_TELEMETRY'] = '0';
  process.env['DO_NOT_TRACK'] = '1';
  const [{ App }, { createPostgresConnection }] = await Promise.all([
    import('@supabase/lite'),
    import('@supabase/lite/postgres'),
  ]);
  const connection = createPostgresConnection({
    url: address,
    // The API layer hands arguments of type json over as text already; the driver would quote that text once more.
    postgresOptions: {
      max: connections,
      onnotice: () => undefined,
      types: { json: jsonType(114), jsonb: jsonType(3802) },
    },
  });
  connection.normalizeDbError = withPostgrestAnswer;
  spareUnreadSettings(connection.driver);
  // Its first use grants the roles their rights, and two first uses at once collide in the catalogue.
  await connection.withContext({ auth: { role: 'service_role' } }, () => Promise.resolve());
  const app = new App({
    connection,
    auth: { enabled: false },
    options: {
      server: {
        disableStudio: true,
        disableFallback: true,
        apiKeys: {
          resolver: async (given: string) =>
            given === serviceKey ? { type: 'secret' as const, claims: { role: 'service_role' } } : null,
        },
      },
    },
  });
  const terminal = quietConsole(globalThis.console);
  const server = createServer(
    getRequestListener((request) => terminal.within(() => Promise.resolve(app.fetch(request))), {
      overrideGlobalObjects: false,
    }),
  );
  const url = await listen(server);
  return {
    url,
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      // Without a limit this would wait for what a test has left running.
      await connection.driver.end({ timeout: 1 });
      terminal.restore();
    },
  };
}

/** As in the embedded store: nine of the fourteen statements of a call, which nothing in our schema reads. */
const UNREAD_SETTING = /^SELECT set_config\('(request|response|storage)\./;

function spareUnreadSettings(driver: postgres.Sql): void {
  const reserve = driver.reserve.bind(driver);
  driver.reserve = async () => {
    const session = await reserve();
    const unsafe = session.unsafe.bind(session);
    const spared = Promise.resolve(Object.assign([], { command: 'SELECT', count: 0 }));
    Reflect.set(session, 'unsafe', (...query: Parameters<typeof unsafe>) =>
      UNREAD_SETTING.test(query[0]) ? spared : unsafe(...query),
    );
    return session;
  };
}

/** @param oid of the type in pg_type. */
function jsonType(oid: number) {
  return {
    to: oid,
    from: [oid],
    serialize: (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value)),
    parse: (text: string): unknown => JSON.parse(text),
  };
}

function listen(server: Server): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host: '127.0.0.1', port: 0 }, () => {
      resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    });
  });
}

/** By deleting: truncating gives each table and index a new file, which takes ten times as long. */
async function reset(sql: postgres.Sql): Promise<void> {
  const statements = await sql<{ text: string }[]>`
    select format('delete from %I.%I', schemaname, tablename) as text from pg_tables where schemaname = 'public'
    union all
    select format('select setval(%L, %s, false)', format('%I.%I', schemaname, sequencename), start_value)
      from pg_sequences where schemaname = 'public'`;
  await sql.begin(async (transaction) => {
    // Neither the order of the tables nor their triggers matter.
    await transaction`set local session_replication_role = replica`;
    await transaction.unsafe(statements.map(({ text }) => text).join(';')).simple();
  });
}
