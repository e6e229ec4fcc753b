import { randomBytes } from 'node:crypto';
import { OperatorError } from '../../errors.ts';
import type { FileLock } from '../../file-lock.ts';
import { storeFull } from '../filesystem-errors.ts';
import { applyMigrations, type MigrationSet, storeNewer } from '../schema/migrations.ts';
import type { LoopbackServer } from './loopback-server.ts';
import { removeOwnerFile, writeOwnerFile } from './owner-file.ts';
import { fileSchemaCache } from './schema-cache.ts';
import {
  beginCreation,
  endCreation,
  freeBytes,
  isCreated,
  MINIMUM_FREE_BYTES,
  readVersion,
  requireSpace,
  restrictDirectory,
  type StoreDirectory,
  writeVersion,
} from './store-directory.ts';

/** The store as its owner has it: requests go to the database in this process. */
export interface OwnedStore {
  readonly key: string;
  fetch(request: Request): Promise<Response>;
  close(): Promise<void>;
}

export interface OwnedStoreOptions {
  readonly files: StoreDirectory;
  readonly migrations: MigrationSet;
  readonly lock: FileLock;
  readonly now: () => number;
  readonly free?: (path: string) => Promise<number>;
}

/** How long requests of other processes may go on while the owner leaves. */
const DRAIN_MS = 10_000;

/**
 * Opens the database for the holder of the lock, creates or migrates it, serves it to other processes and tells them
 * where. The lock belongs to the result and is released when that is closed, or here when opening fails.
 */
export async function openOwnedStore(options: OwnedStoreOptions): Promise<OwnedStore> {
  const { files, lock, migrations } = options;
  const free = options.free ?? freeBytes;
  const undo: (() => Promise<void>)[] = [async () => lock.release()];
  try {
    const noted = await readVersion(files);
    if (noted !== null && noted > migrations.newest) throw storeNewer(files.path, noted, migrations.newest);
    await restrictDirectory(files);
    await removeOwnerFile(files.owner);
    await requireSpace(files.path, free);

    const created = await isCreated(files);
    if (!created) await beginCreation(files);
    // Loaded now because only an owner needs it; it takes longer than everything else.
    const [{ openEmbeddedDatabase }, { startLoopbackServer }] = await Promise.all([
      import('./embedded-database.ts'),
      import('./loopback-server.ts'),
    ]);
    const database = await openEmbeddedDatabase(files.data).catch(async (thrown: unknown) => {
      throw await openingFailed(thrown, files, free);
    });
    undo.push(() => database.close());
    await applyMigrations(database.session, migrations, files.path);
    if (!created) await endCreation(files);
    if (noted !== migrations.newest) await writeVersion(files, migrations.newest);

    const key = `sb_secret_${randomBytes(32).toString('base64url')}`;
    const answer = await database.serve(key, (layer) =>
      fileSchemaCache(files.schemaCache, `${layer} ${migrations.hash}`),
    );
    const running = new Set<Promise<Response>>();
    const fetch = async (request: Request) => {
      await requireSpace(files.path, free);
      const work = answer(request);
      running.add(work);
      return work.finally(() => running.delete(work));
    };
    const server = await startLoopbackServer(key, (request) => fetch(request).catch(refusalOf));
    undo.push(() => server.close(0));
    await writeOwnerFile(files.owner, {
      pid: process.pid,
      url: server.url,
      key,
      startedAt: new Date(options.now()).toISOString(),
      newestMigration: migrations.newest,
    });
    return { key, fetch, close: () => leave(files, server, running, database, lock) };
  } catch (thrown) {
    // The first failure is the one to tell; the lock is let go whatever else fails.
    for (const step of undo.reverse()) await step().catch(() => undefined);
    throw thrown;
  }
}

/** First nobody new comes, then what runs is finished, then the data is at rest, and only then another may own it. */
async function leave(
  files: StoreDirectory,
  server: LoopbackServer,
  running: ReadonlySet<Promise<Response>>,
  database: { close(): Promise<void> },
  lock: FileLock,
): Promise<void> {
  try {
    await removeOwnerFile(files.owner);
    await server.close(DRAIN_MS);
    await Promise.allSettled(running);
    await database.close();
  } finally {
    lock.release();
  }
}

/** PGlite only says that it failed to initialise; a full disk is the reason that the operator can remove. */
async function openingFailed(
  thrown: unknown,
  files: StoreDirectory,
  free: (path: string) => Promise<number>,
): Promise<OperatorError> {
  if ((await free(files.path)) < MINIMUM_FREE_BYTES) return storeFull(files.path, thrown);
  return new OperatorError(`the database of the store at ${files.path} does not start`, {
    code: 'store_damaged',
    nextSteps: [
      `keep it for a report and begin anew: mv ${files.path} ${files.path}.damaged`,
      'or restore the directory from a copy',
    ],
    cause: thrown,
  });
}

/** To another process an error can travel only as an answer; PostgREST's form is what its client understands. */
function refusalOf(thrown: unknown): Response {
  const full = thrown instanceof OperatorError && thrown.code === 'store_full';
  const code = full ? '53100' : 'XX000';
  const message = thrown instanceof Error ? thrown.message : 'the request failed';
  return Response.json({ code, message, details: null, hint: null }, { status: 500 });
}
