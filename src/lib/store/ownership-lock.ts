import type { DatabaseSync } from 'node:sqlite';
import { OperatorError } from '../errors.ts';
import { asStoreError } from './filesystem-errors.ts';

export interface OwnershipLock {
  release(): void;
}

/** SQLite result codes (sqlite.org/rescode.html). */
const SQLITE_BUSY = 5;
const SQLITE_SYSTEM_CODES: ReadonlyMap<number, string> = new Map([
  [3, 'EACCES'],
  [8, 'EROFS'],
  [13, 'ENOSPC'],
  [14, 'EACCES'],
]);

/**
 * Takes the ownership of a store, or returns null at once when another process (or another opening in this one) has it.
 * The lock is an exclusive transaction on a small SQLite file, which the kernel holds for the process: however the
 * process ends, it is free the same moment, and nobody ever has to guess whether a process id is stale.
 *
 * @throws OperatorError `store_not_writable`, `store_full`, `store_damaged` when the lock file is not one
 */
export function tryOwnership(path: string): OwnershipLock | null {
  const { DatabaseSync } = loadSqlite();
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(path, { timeout: 0 });
    database.exec('BEGIN EXCLUSIVE');
  } catch (thrown) {
    database?.close();
    const result = primaryResultCode(thrown);
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

function primaryResultCode(thrown: unknown): number | null {
  return thrown instanceof Error && 'errcode' in thrown && typeof thrown.errcode === 'number'
    ? thrown.errcode & 0xff
    : null;
}

function lockError(thrown: unknown, result: number | null, path: string): unknown {
  const code = SQLITE_SYSTEM_CODES.get(result ?? -1);
  if (code !== undefined) return asStoreError(Object.assign(new Error(code, { cause: thrown }), { code }), path);
  return new OperatorError(`the lock file of the store, ${path}, is damaged`, {
    code: 'store_damaged',
    nextSteps: [
      `make sure that no capture-cli is running, then: rm ${path}`,
      'and run the command again: the data is elsewhere and unharmed',
    ],
    cause: thrown,
  });
}

/** Node before 24 announces node:sqlite as experimental when it is loaded. That one warning is not the operator's business. */
function loadSqlite(): typeof import('node:sqlite') {
  const { emitWarning } = process;
  process.emitWarning = (warning: string | Error, ...rest: unknown[]) => {
    if (String(warning).includes('SQLite is an experimental feature')) return;
    Reflect.apply(emitWarning, process, [warning, ...rest]);
  };
  try {
    return process.getBuiltinModule('node:sqlite');
  } finally {
    process.emitWarning = emitWarning;
  }
}
