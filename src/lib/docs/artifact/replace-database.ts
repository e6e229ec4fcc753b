import { open, readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { processIsAlive } from '../../process-alive.ts';
import { syncDirectory } from '../../replace-file.ts';
import { loadSqlite } from '../../sqlite.ts';
import { changeCount, settleDatabase, withConnection } from './database-file.ts';
import { CHANGE_COUNTER_KEY, insertMeta } from './schema.ts';
import { SyncAhead } from './sync-ahead.ts';

/**
 * Nobody sees the file before it is complete: it needs no syncs on the way, and no journal that survives a crash. OFF
 * would be refused without a word: node:sqlite sets SQLITE_DBCONFIG_DEFENSIVE.
 */
const UNSEEN = 'PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF';

/** A database that is written whole, to take the place of another. */
export interface DatabaseReplacement {
  /** Empty; a table `meta` has to be made in it. */
  readonly database: DatabaseSync;
  /** Begins to bring to the disk what is committed so far, for `commit` to wait less. Returns at once. */
  syncAhead(): void;
  /** Puts it in place. At every instant, and after any crash, there is the old database or the new one. */
  commit(): Promise<void>;
  /** Removes what is not in place. Does nothing after `commit`. */
  discard(): Promise<void>;
}

/**
 * Begins a database that will be at `path`, in a temporary file beside it. Its bytes depend on nothing but what is
 * written: pages of 4,096 bytes, as the Turso engine has them, and no log beside it. Temporary files that a crash left
 * are removed.
 */
export async function replaceDatabase(path: string): Promise<DatabaseReplacement> {
  await removeAbandoned(path);
  const temporary = temporaryPath(path);
  await rm(temporary, { force: true });
  const { DatabaseSync } = loadSqlite();
  const database = new DatabaseSync(temporary);
  database.exec(`PRAGMA page_size = 4096; ${UNSEEN}; PRAGMA locking_mode = EXCLUSIVE`);
  const file = await open(temporary, 'r');
  const sync = new SyncAhead(file);
  const close = () => {
    if (database.isOpen) database.close();
  };
  return {
    database,
    syncAhead: () => sync.begin(),
    commit: async () => {
      close();
      seal(temporary);
      await sync.finish();
      await file.close();
      await settleDatabase(path);
      await rename(temporary, path);
      await syncDirectory(dirname(path));
    },
    discard: async () => {
      close();
      await file.close();
      await rm(temporary, { force: true });
    },
  };
}

/** The last change says in a meta row how many there were. It is made by a connection of its own, which counts it as one. */
function seal(path: string): void {
  const changes = changeCount(path) + 1;
  withConnection(path, { readOnly: false }, (database) => {
    database.exec(UNSEEN);
    insertMeta(database, new Map([[CHANGE_COUNTER_KEY, String(changes)]]));
  });
}

/** Hidden and with another ending, so that no pattern for databases matches it; with the process that writes it. */
function temporaryPath(path: string): string {
  return join(dirname(path), `.${basename(path)}.${process.pid}.tmp`);
}

async function removeAbandoned(path: string): Promise<void> {
  const prefix = `.${basename(path)}.`;
  for (const name of await readdir(dirname(path))) {
    if (!name.startsWith(prefix) || !name.endsWith('.tmp')) continue;
    const pid = Number(name.slice(prefix.length, -'.tmp'.length));
    if (Number.isInteger(pid) && !processIsAlive(pid)) await rm(join(dirname(path), name), { force: true });
  }
}
