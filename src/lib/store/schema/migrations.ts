import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf, OperatorError } from '../../errors.ts';
import { DATABASE_FULL, storeFull } from '../filesystem-errors.ts';
import { HOSTED_ROLES } from './roles.ts';
import { splitStatements } from './sql-statements.ts';

export interface Migration {
  /** Fourteen digits, the order of application. */
  readonly version: string;
  readonly name: string;
  readonly sql: string;
}

export interface MigrationSet {
  /** In the order of application; never empty. */
  readonly migrations: readonly Migration[];
  /** The newest version. */
  readonly newest: string;
  /** SHA-256 over names and contents, hexadecimal. */
  readonly hash: string;
}

/** One database session: the statements of one transaction all go to the same session. */
export interface SqlSession {
  /** Runs any number of statements without parameters. */
  run(sql: string): Promise<void>;
  query<Row>(sql: string, parameters: readonly string[]): Promise<Row[]>;
}

const FILE_NAME = /^(\d{14})_(.+)\.sql$/;

/**
 * The migrations of a directory, named `<14 digits>_<name>.sql`; other files are passed over.
 *
 * @throws OperatorError `migrations_missing`, `migrations_ambiguous` (one version twice)
 */
export async function readMigrations(directory: string): Promise<MigrationSet> {
  const names = await readdir(directory).catch((thrown: unknown) => {
    throw migrationsMissing(directory, thrown);
  });
  const migrations: Migration[] = [];
  const hash = createHash('sha256');
  for (const file of names.toSorted()) {
    const [, version, name] = FILE_NAME.exec(file) ?? [];
    if (version === undefined || name === undefined) continue;
    if (migrations.at(-1)?.version === version) {
      throw new OperatorError(`two migrations in ${directory} have the version ${version}`, {
        code: 'migrations_ambiguous',
        nextSteps: ['reinstall capture-cli: its migrations are part of the package'],
      });
    }
    const sql = await readFile(join(directory, file), 'utf8');
    hash.update(`${file}\0${sql}\0`);
    migrations.push({ version, name, sql });
  }
  const newest = migrations.at(-1)?.version;
  if (newest === undefined) throw migrationsMissing(directory);
  return { migrations, newest, hash: hash.digest('hex') };
}

function migrationsMissing(directory: string, cause?: unknown): OperatorError {
  return new OperatorError(`no migrations were found in ${directory}`, {
    code: 'migrations_missing',
    nextSteps: ['reinstall capture-cli: its migrations are part of the package'],
    cause,
  });
}

/** The table that `supabase db push` keeps, statement by statement as it creates it (supabase/cli, pkg/migration). */
const HISTORY_TABLE = `
  create schema if not exists supabase_migrations;
  create table if not exists supabase_migrations.schema_migrations (version text not null primary key);
  alter table supabase_migrations.schema_migrations add column if not exists statements text[];
  alter table supabase_migrations.schema_migrations add column if not exists name text;`;

/**
 * Brings a database to the newest migration, each in its own transaction, recorded as `supabase db push` records it,
 * so that the Supabase CLI and this program can take turns. Roles and grants of a hosted project are created first.
 * A database that is already there is only read.
 *
 * @returns the versions that were applied now
 * @throws OperatorError `store_newer` before anything is changed; `store_migration_failed`, `store_full`
 */
export async function applyMigrations(session: SqlSession, set: MigrationSet, location: string): Promise<string[]> {
  const applied = await appliedVersions(session);
  const known = new Set(set.migrations.map((migration) => migration.version));
  const unknown = applied.find((version) => !known.has(version));
  if (unknown !== undefined) throw storeNewer(location, unknown, set.newest);

  const pending = set.migrations.filter((migration) => !applied.includes(migration.version));
  if (pending.length === 0) return [];
  if (applied.length === 0) await session.run(`${HOSTED_ROLES}${HISTORY_TABLE}`);
  for (const migration of pending) await applyMigration(session, migration, location);
  return pending.map((migration) => migration.version);
}

async function appliedVersions(session: SqlSession): Promise<string[]> {
  const [table] = await session.query<{ present: boolean }>(
    `select to_regclass('supabase_migrations.schema_migrations') is not null as present`,
    [],
  );
  if (table?.present !== true) return [];
  const rows = await session.query<{ version: string }>(
    'select version from supabase_migrations.schema_migrations order by version',
    [],
  );
  return rows.map((row) => row.version);
}

async function applyMigration(session: SqlSession, migration: Migration, location: string): Promise<void> {
  await session.run('begin');
  try {
    await session.run(migration.sql);
    await session.query(
      `insert into supabase_migrations.schema_migrations (version, name, statements)
       select $1, $2, array(select value from jsonb_array_elements_text(($3::text)::jsonb) with ordinality order by ordinality)`,
      [migration.version, migration.name, JSON.stringify(splitStatements(migration.sql))],
    );
    await session.run('commit');
  } catch (thrown) {
    await session.run('rollback').catch(() => undefined);
    if (sqlStateOf(thrown) === DATABASE_FULL) throw storeFull(location, thrown);
    throw new OperatorError(
      `the store at ${location} could not be brought to migration ${migration.version} (${migration.name}): ${messageOf(thrown)}`,
      {
        code: 'store_migration_failed',
        nextSteps: ['the migration was rolled back and the data is unchanged: report this with the message above'],
        cause: thrown,
      },
    );
  }
}

function sqlStateOf(thrown: unknown): string | undefined {
  return thrown instanceof Error && 'code' in thrown && typeof thrown.code === 'string' ? thrown.code : undefined;
}

/** The store was written by a newer capture-cli than this one. */
export function storeNewer(location: string, found: string, newest: string): OperatorError {
  return new OperatorError(
    `the store at ${location} was made by a newer capture-cli: it is at migration ${found}, this version knows migrations up to ${newest}; nothing was changed`,
    {
      code: 'store_newer',
      nextSteps: ['npm install --global capture-cli@latest', 'or use another store: --store <directory>'],
    },
  );
}
