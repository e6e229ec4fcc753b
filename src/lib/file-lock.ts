import { accessSync, constants } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';
import { loadSqlite, sqliteResultCode } from './sqlite.ts';

/** A lock that this process holds. */
export interface FileLock {
  release(): void;
}

/** The lock file is something else than a lock file. */
export class LockFileDamaged extends Error {}

/** SQLite result codes (sqlite.org/rescode.html). */
const SQLITE_BUSY = 5;
const SYSTEM_CODES: ReadonlyMap<number, string> = new Map([
  [3, 'EACCES'],
  [8, 'EROFS'],
  [13, 'ENOSPC'],
  [14, 'EACCES'],
]);

/**
 * Takes the lock that a file stands for, or returns null at once when another process (or another call in this one) has
 * it. The file is made when it is missing, and stays. The lock is an exclusive transaction on a small SQLite file, which
 * the kernel holds for the process: however the process ends, it is free the same moment, and nobody ever has to guess
 * whether a process id is stale.
 *
 * @throws LockFileDamaged, or an error whose `code` is that of the file system (`EACCES`, `EROFS`, `ENOSPC`)
 */
export function tryLock(path: string): FileLock | null {
  const { DatabaseSync } = loadSqlite();
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(path, { timeout: 0 });
    database.exec('BEGIN EXCLUSIVE');
    // SQLite opens what it may not write for reading, and then locks nobody out.
    accessSync(path, constants.W_OK);
  } catch (thrown) {
    database?.close();
    const result = sqliteResultCode(thrown);
    if (result === SQLITE_BUSY) return null;
    throw lockError(thrown, result, path);
  }
  const held = database;
  return {
    release: () => {
      if (held.isOpen) held.close();
    },
  };
}

function lockError(cause: unknown, result: number | null, path: string): Error {
  if (result === null && cause instanceof Error && 'syscall' in cause) return cause;
  const code = SYSTEM_CODES.get(result ?? -1);
  return code === undefined
    ? new LockFileDamaged(`${path} is not a lock file`, { cause })
    : Object.assign(new Error(`${code}: ${path}`, { cause }), { code });
}
