import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import type { SqlSession } from '../schema/migrations.ts';
import { leaveOutExtensions } from './left-out-extensions.ts';
import { withPostgrestAnswer } from './postgrest-errors.ts';
import { quietConsole } from './quiet-console.ts';
import type { SchemaCache } from './schema-cache.ts';

/** PostgreSQL in this process, not yet served. */
export interface EmbeddedDatabase {
  readonly session: SqlSession;
  /** Serves PostgREST's interface from now on, to requests that carry `key` as `apikey`. For after the migrations. */
  serve(key: string, cache: (layerVersion: string) => SchemaCache): Promise<(request: Request) => Promise<Response>>;
  close(): Promise<void>;
}

/**
 * Starts the embedded Supabase (`@supabase/lite` on PGlite) on a data directory, which is created when it is not there.
 * The caller owns the directory: a second opener would damage it. Only this file and `left-out-extensions.ts` know the two packages.
 */
export async function openEmbeddedDatabase(dataDirectory: string): Promise<EmbeddedDatabase> {
  const { PgliteConnection, PGlite } = await load();
  const connection = new PgliteConnection({
    url: dataDirectory,
    pgliteOptions: { startParams: [...PGlite.defaultStartParams, ...SMALL_BUFFERS] },
  });
  const { driver } = connection;
  try {
    await keepingExitCode(() => driver.waitReady);
  } catch (thrown) {
    await driver.close().catch(() => undefined);
    throw thrown;
  }
  connection.normalizeDbError = withPostgrestAnswer;
  // Spares each start the roles and grants that the layer would give again: the migrations' first step gave them.
  Reflect.set(connection, 'rlsState', 'active');
  const terminal = quietConsole(globalThis.console);
  return {
    session: {
      run: async (sql) => {
        await driver.exec(sql);
      },
      query: async <Row>(sql: string, parameters: readonly string[]) =>
        (await driver.query<Row>(sql, [...parameters])).rows,
    },
    serve: async (key, cache) => {
      const { App } = await import('@supabase/lite');
      spareUnreadSettings(driver);
      connection.config.schemaCache = cache(await layerVersion());
      const app = new App({
        connection,
        auth: { enabled: false },
        options: {
          server: {
            disableStudio: true,
            disableFallback: true,
            apiKeys: { resolver: async (given: string) => (given === key ? SERVICE_ROLE : null) },
          },
        },
      });
      return (request) => terminal.within(() => Promise.resolve(app.fetch(request)));
    },
    close: async () => {
      terminal.restore();
      await keepingExitCode(() => connection.close());
    },
  };
}

/**
 * At its start the database clears all of its buffers, which are 128 MB unless told: a tenth of a second and that much
 * memory, for stores of which nearly all are smaller. What does not fit is read again from the operating system's cache.
 */
const SMALL_BUFFERS = ['-c', 'shared_buffers=16MB'];

/** The database starts and ends as the program that it is, and leaves the exit codes of both to this process. */
async function keepingExitCode(work: () => Promise<unknown>): Promise<void> {
  const { exitCode } = process;
  try {
    await work();
  } finally {
    process.exitCode = exitCode;
  }
}

/**
 * Around each call the layer tells the database the request's method, path, headers and claims, nine statements that take
 * longer than a small procedure. Nothing in our schema reads them. The role, which does matter, is another setting.
 */
const UNREAD_SETTING = /^SELECT set_config\('(request|response|storage)\./;

function spareUnreadSettings(driver: { query(sql: string, ...rest: unknown[]): Promise<unknown> }): void {
  const query = driver.query.bind(driver);
  driver.query = async (sql, ...rest) =>
    UNREAD_SETTING.test(sql) ? { rows: [], fields: [], affectedRows: 0 } : await query(sql, ...rest);
}

const SERVICE_ROLE = { type: 'secret' as const, claims: { role: 'service_role' } };

/**
 * V8 compiles a WebAssembly function anew, optimised, once enough of it has been executed. One function of the database, of
 * 100 kB with long jumps back, seems hot within the first second whatever it does, and optimising it takes 450 MB and more
 * for half a second. Unoptimised, a capture of 20,000 pull requests takes a third more processor time and never that memory;
 * a short command takes less of both. Both flags: without the first one, all functions would be optimised at once.
 */
const UNOPTIMISED = ['--no-wasm-dynamic-tiering', '--no-wasm-tier-up'];
/** A function is validated when it is first called, as it is compiled: a start calls few of the 11,000. */
const VALIDATED_LATE = '--wasm-lazy-validation';

async function load() {
  for (const flag of [...UNOPTIMISED, VALIDATED_LATE]) setFlagsFromString(flag);
  // Read by the packages when they load: nothing of a capture leaves this machine.
  process.env['LITE_TELEMETRY'] = '0';
  process.env['DO_NOT_TRACK'] = '1';
  // The package replaces this function with one that fails for a warning that is an Error.
  const { emitWarning } = process;
  try {
    await leaveOutExtensions();
    const { PgliteConnection, PGlite } = await import('@supabase/lite/pglite');
    return { PgliteConnection, PGlite };
  } finally {
    process.emitWarning = emitWarning;
  }
}

async function layerVersion(): Promise<string> {
  const manifest = new URL('../package.json', import.meta.resolve('@supabase/lite'));
  const parsed: unknown = JSON.parse(await readFile(fileURLToPath(manifest), 'utf8'));
  return typeof parsed === 'object' && parsed !== null && 'version' in parsed ? String(parsed.version) : 'unknown';
}
