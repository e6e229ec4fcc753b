import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import type { SqlSession } from './migrations.ts';
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
 * The caller owns the directory: a second opener would damage it. This is the only file that knows the two packages.
 */
export async function openEmbeddedDatabase(dataDirectory: string): Promise<EmbeddedDatabase> {
  const { PgliteConnection } = await load();
  const connection = new PgliteConnection({ url: dataDirectory });
  const { driver } = connection;
  try {
    await driver.waitReady;
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
      await connection.close();
    },
  };
}

const SERVICE_ROLE = { type: 'secret' as const, claims: { role: 'service_role' } };

/**
 * V8 compiles a WebAssembly function anew, optimised, once about this many bytes of it have been executed. With V8's own
 * 13 MB the start of the database alone sets that off for so much code that a short command takes 250 MB more memory and
 * waits 0.3 s at its end. With this a long capture gets there a few seconds later.
 */
const OPTIMISE_AFTER_BYTES = 1_000_000_000;

async function load() {
  setFlagsFromString(`--wasm-tiering-budget=${OPTIMISE_AFTER_BYTES}`);
  // Read by the packages when they load: nothing of a capture leaves this machine.
  process.env['LITE_TELEMETRY'] = '0';
  process.env['DO_NOT_TRACK'] = '1';
  // The package replaces this function with one that fails for a warning that is an Error.
  const { emitWarning } = process;
  try {
    const { PgliteConnection } = await import('@supabase/lite/pglite');
    return { PgliteConnection };
  } finally {
    process.emitWarning = emitWarning;
  }
}

async function layerVersion(): Promise<string> {
  const manifest = new URL('../package.json', import.meta.resolve('@supabase/lite'));
  const parsed: unknown = JSON.parse(await readFile(fileURLToPath(manifest), 'utf8'));
  return typeof parsed === 'object' && parsed !== null && 'version' in parsed ? String(parsed.version) : 'unknown';
}
