import { access, chmod, constants, mkdir, readdir, readFile, rm, stat, statfs } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { OperatorError } from '../../errors.ts';
import { EXIT } from '../../exit-codes.ts';
import { replaceFile, syncDirectory } from '../../replace-file.ts';
import { asStoreError, storeFull } from '../filesystem-errors.ts';

/** The files of an embedded store. */
export interface StoreDirectory {
  readonly path: string;
  /** PostgreSQL's data directory. */
  readonly data: string;
  /** There while the database is being created: a directory with it holds nothing yet, and creation starts again. */
  readonly creating: string;
  /** SQLite file whose lock is the ownership. */
  readonly lock: string;
  /** How to reach the owner. */
  readonly owner: string;
  /** What the API layer knows of the schema, so that it need not ask the catalogue at every start. */
  readonly schemaCache: string;
  /** The newest migration, readable without starting the database. */
  readonly version: string;
}

export function storeDirectory(path: string): StoreDirectory {
  const absolute = resolve(path);
  return {
    path: absolute,
    data: join(absolute, 'data'),
    creating: join(absolute, 'creating'),
    lock: join(absolute, 'owner.lock'),
    owner: join(absolute, 'owner.json'),
    schemaCache: join(absolute, 'schema-cache.json'),
    version: join(absolute, 'version.json'),
  };
}

/**
 * Makes the directory (0700) or checks that it can be the store. Nothing in it is changed.
 *
 * @throws OperatorError `store_missing` (with `mustExist`), `store_foreign_directory`, `store_unusable`, `store_not_writable`, `store_full`
 */
export async function prepareStoreDirectory(files: StoreDirectory, mustExist: boolean): Promise<void> {
  const entries = await readdir(files.path).catch((thrown: unknown) => {
    if (codeOf(thrown) === 'ENOENT') return null;
    throw asStoreError(thrown, files.path);
  });
  if (mustExist && !(entries ?? []).includes(basename(files.data))) throw storeMissing(files.path);
  if (entries === null) {
    await mkdir(files.path, { recursive: true, mode: 0o700 }).catch((thrown: unknown) => {
      throw asStoreError(thrown, files.path);
    });
    return;
  }
  const foreign = entries.find((entry) => !isOwnEntry(files, entry));
  if (foreign !== undefined && !entries.includes(basename(files.version))) {
    throw new OperatorError(`${files.path} is not a store: it has other files in it (${foreign})`, {
      code: 'store_foreign_directory',
      exitCode: EXIT.usage,
      nextSteps: ['name an empty directory or one that does not exist yet: --store <directory>'],
    });
  }
  await access(files.path, constants.R_OK | constants.W_OK | constants.X_OK).catch((thrown: unknown) => {
    throw asStoreError(thrown, files.path);
  });
}

function isOwnEntry(files: StoreDirectory, entry: string): boolean {
  const own = [files.data, files.creating, files.lock, files.owner, files.schemaCache, files.version].map((path) =>
    basename(path),
  );
  return own.includes(entry) || own.some((name) => entry.startsWith(`${name}-`) || entry.startsWith(`${name}.`));
}

function storeMissing(path: string): OperatorError {
  return new OperatorError(`there is no store at ${path} yet`, {
    code: 'store_missing',
    nextSteps: [
      'capture a repository first: capture-cli backfill OWNER/REPO',
      'or name the directory of a store: --store <directory>',
    ],
  });
}

/** Keeps others out of a directory that was there before with wider rights. For the owner of the lock only. */
export async function restrictDirectory(files: StoreDirectory): Promise<void> {
  const { mode } = await stat(files.path);
  if ((mode & 0o077) !== 0) {
    await chmod(files.path, 0o700).catch((thrown: unknown) => {
      throw asStoreError(thrown, files.path);
    });
  }
}

/** Whether the database has been created to its end. */
export async function isCreated(files: StoreDirectory): Promise<boolean> {
  const entries = await readdir(files.path);
  return entries.includes(basename(files.data)) && !entries.includes(basename(files.creating));
}

/** Marks the start of creation; what an earlier, interrupted creation left is removed. */
export async function beginCreation(files: StoreDirectory): Promise<void> {
  await writeFileAtomically(files.creating, '');
  await rm(files.data, { recursive: true, force: true });
}

/** From here on the database counts as created. Durable when it returns: a row is acknowledged only afterwards. */
export async function endCreation(files: StoreDirectory): Promise<void> {
  await rm(files.creating, { force: true });
  await syncDirectory(files.path);
}

/** The newest migration of the store as its last owner noted it; null when not known. */
export async function readVersion(files: StoreDirectory): Promise<string | null> {
  try {
    const value: unknown = JSON.parse(await readFile(files.version, 'utf8'));
    const version =
      typeof value === 'object' && value !== null && 'newestMigration' in value ? value.newestMigration : null;
    return typeof version === 'string' && /^\d{14}$/.test(version) ? version : null;
  } catch {
    // The database itself is asked after it has started; this file only spares a newer store that start.
    return null;
  }
}

export async function writeVersion(files: StoreDirectory, newestMigration: string): Promise<void> {
  await writeFileAtomically(files.version, `${JSON.stringify({ newestMigration })}\n`);
}

/** A reader sees the old content or the new one, never a part; only this user can read it (0600). */
export async function writeFileAtomically(path: string, content: string): Promise<void> {
  try {
    await replaceFile(path, content, 0o600);
  } catch (thrown) {
    throw asStoreError(thrown, dirname(path));
  }
}

/** Bytes that an unprivileged process can still write where the store is. */
export async function freeBytes(path: string): Promise<number> {
  const { bavail, bsize } = await statfs(path);
  return bavail * bsize;
}

/**
 * PostgreSQL in WebAssembly spins for ever when its log cannot grow (it grows in files of 16 MiB), so a full disk is
 * refused before it is reached.
 */
export const MINIMUM_FREE_BYTES = 64 * 1024 * 1024;

/** @throws OperatorError `store_full` */
export async function requireSpace(path: string, free: (path: string) => Promise<number>): Promise<void> {
  if ((await free(path)) < MINIMUM_FREE_BYTES) throw storeFull(path);
}

function codeOf(thrown: unknown): unknown {
  return thrown instanceof Error && 'code' in thrown ? thrown.code : undefined;
}
