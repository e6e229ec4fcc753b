import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';
import { OperatorError } from '../../errors.ts';
import { loadSqlite, sqliteResultCode } from '../../sqlite.ts';

/** sqlite.org/rescode.html */
const SQLITE_BUSY = 5;

/** A database file that can be read without a trace. */
export interface ReadableDatabase {
  /** For `new DatabaseSync` with `readOnly`, or as text for `ATTACH`. */
  readonly uri: URL;
  /** Removes what had to be copied. */
  release(): Promise<void>;
}

/** What SQLite and Turso keep beside a database: committed rows (`-wal`), or how to undo a half transaction. */
const COMPANIONS = ['-wal', '-journal'];

/**
 * Makes a database readable without changing it or the folder it is in, not even by a lock or a `-shm` file. Rows that
 * the Turso engine left in a `-wal` beside it count: then a copy is made elsewhere, put together and read instead.
 * @throws Error of node:fs or node:sqlite when the file cannot be read or put together
 */
export async function readableDatabase(path: string): Promise<ReadableDatabase> {
  const companions = companionsOf(path);
  if (companions.length === 0) return { uri: immutable(path), release: async () => {} };
  const folder = await mkdtemp(join(tmpdir(), 'capture-cli-database-'));
  const release = () => rm(folder, { recursive: true, force: true });
  try {
    const copy = join(folder, 'copy.db');
    await copyFile(path, copy);
    for (const companion of companions) await copyFile(`${path}${companion}`, `${copy}${companion}`);
    putTogether(copy);
    return { uri: immutable(copy), release };
  } catch (thrown) {
    await release();
    throw thrown;
  }
}

/**
 * Whether nobody has written to a database since its writer closed it: no log beside it, in rollback-journal mode, and
 * changed as often as its writer says in the meta row `file_change_counter`.
 */
export function isUntouched(path: string, changes: string | undefined): boolean {
  if (companionsOf(path).length > 0) return false;
  const header = readFileHeader(path);
  return header[18] === 1 && header[19] === 1 && String(changesIn(header)) === changes;
}

/** How often a closed database was changed, as SQLite counts it. */
export function changeCount(path: string): number {
  return changesIn(readFileHeader(path));
}

/** sqlite.org/fileformat.html#the_database_header */
function readFileHeader(path: string): Buffer {
  const file = openSync(path, 'r');
  try {
    const header = Buffer.alloc(28);
    readSync(file, header, 0, header.length, 0);
    return header;
  } finally {
    closeSync(file);
  }
}

function changesIn(header: Buffer): number {
  return header.readUInt32BE(24);
}

/**
 * Writes what a `-wal` beside a database holds into the database itself, so that a file which takes its place is not read
 * together with a log that is not its own. Of a database that is beyond reading the log is removed.
 * @throws OperatorError `database_in_use` when another program has it open
 */
export async function settleDatabase(path: string): Promise<void> {
  const companions = companionsOf(path);
  if (companions.length === 0) return;
  try {
    putTogether(path);
  } catch (thrown) {
    if (sqliteResultCode(thrown) === SQLITE_BUSY) throw databaseInUse(path, thrown);
    for (const companion of companions) await rm(`${path}${companion}`, { force: true });
  }
}

function databaseInUse(path: string, cause: unknown): OperatorError {
  return new OperatorError(`${path} cannot be replaced: another program has it open and writes to it`, {
    code: 'database_in_use',
    nextSteps: [`see which one it is: fuser -v ${path}`, 'end it, then run the command again'],
    cause,
  });
}

/** Opens a database file for as long as `use` runs. */
export function withConnection<T>(
  location: string | URL,
  { readOnly }: { readonly readOnly: boolean },
  use: (database: DatabaseSync) => T,
): T {
  const { DatabaseSync } = loadSqlite();
  const database = new DatabaseSync(location, { readOnly });
  try {
    return use(database);
  } finally {
    database.close();
  }
}

/** Attaches a database file to a connection, as `source`, for as long as `use` runs. */
export function withAttached<T>(connection: DatabaseSync, uri: URL, use: () => T): T {
  connection.prepare('ATTACH ? AS source').run(uri.href);
  try {
    return use();
  } finally {
    connection.exec('DETACH source');
  }
}

/** Those that are there and not empty. Asked at once: it is done twice for each of hundreds of artifacts. */
function companionsOf(path: string): readonly string[] {
  return COMPANIONS.filter((companion) => (statSync(`${path}${companion}`, { throwIfNoEntry: false })?.size ?? 0) > 0);
}

/** Leaves one file in rollback-journal mode. */
function putTogether(path: string): void {
  withConnection(path, { readOnly: false }, (database) => database.exec('PRAGMA journal_mode = DELETE'));
}

/** https://sqlite.org/uri.html#uriimmutable: nobody changes it in place, so neither locks nor logs are looked for. */
function immutable(path: string): URL {
  const uri = pathToFileURL(path);
  uri.search = 'immutable=1';
  return uri;
}
