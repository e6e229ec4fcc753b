import { readFile, rm, stat } from 'node:fs/promises';
import { messageOf, OperatorError } from '../../errors.ts';
import { EXIT } from '../../exit-codes.ts';
import { writeFileAtomically } from './store-directory.ts';

/** What the owner of an embedded store tells the other processes of the same user. */
export interface OwnerRecord {
  readonly pid: number;
  /** Loopback address that serves the store. */
  readonly url: string;
  /** Random, and good for that address only. */
  readonly key: string;
  /** ISO 8601. */
  readonly startedAt: string;
  readonly newestMigration: string;
}

/** Written whole or not at all, readable by this user only. */
export async function writeOwnerFile(path: string, owner: OwnerRecord): Promise<void> {
  await writeFileAtomically(path, `${JSON.stringify(owner)}\n`);
}

export async function removeOwnerFile(path: string): Promise<void> {
  await rm(path, { force: true });
}

export type OwnerFile =
  | { readonly state: 'absent' }
  | { readonly state: 'valid'; readonly owner: OwnerRecord }
  | { readonly state: 'unusable'; readonly error: OperatorError };

/** Reads the owner file. It is written atomically, so what cannot be understood was changed by someone else. */
export async function readOwnerFile(path: string): Promise<OwnerFile> {
  try {
    const { mode } = await stat(path);
    if (process.platform !== 'win32' && (mode & 0o077) !== 0) return { state: 'unusable', error: exposed(path, mode) };
    const owner = parseOwner(await readFile(path, 'utf8'));
    return owner === null
      ? { state: 'unusable', error: unreadable(path, 'it is not what capture-cli writes') }
      : { state: 'valid', owner };
  } catch (thrown) {
    if (thrown instanceof Error && 'code' in thrown && thrown.code === 'ENOENT') return { state: 'absent' };
    return { state: 'unusable', error: unreadable(path, messageOf(thrown), thrown) };
  }
}

function parseOwner(text: string): OwnerRecord | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  if (typeof value !== 'object' || value === null) return null;
  const { pid, url, key, startedAt, newestMigration } = {
    pid: null,
    url: null,
    key: null,
    startedAt: null,
    newestMigration: null,
    ...value,
  };
  if (typeof pid !== 'number' || typeof url !== 'string' || typeof key !== 'string') return null;
  if (typeof startedAt !== 'string' || typeof newestMigration !== 'string') return null;
  return /^http:\/\/127\.0\.0\.1:\d+$/.test(url) ? { pid, url, key, startedAt, newestMigration } : null;
}

function exposed(path: string, mode: number): OperatorError {
  return new OperatorError(
    `${path} holds the key to a running store, and others may read it (mode ${(mode & 0o777).toString(8)})`,
    {
      code: 'store_owner_file_exposed',
      exitCode: EXIT.auth,
      nextSteps: [`chmod 600 ${path}`, 'then run the command again'],
    },
  );
}

function unreadable(path: string, reason: string, cause?: unknown): OperatorError {
  return new OperatorError(
    `another process owns the store, and ${path}, which tells how to reach it, cannot be read: ${reason}`,
    {
      code: 'store_owner_file_unreadable',
      nextSteps: [
        'wait until the other capture-cli has ended, or end it',
        'then run the command again: the file is written anew',
      ],
      cause,
    },
  );
}
