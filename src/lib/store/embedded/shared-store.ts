import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Clock } from '../../clock.ts';
import { OperatorError } from '../../errors.ts';
import { type MigrationSet, storeNewer } from '../schema/migrations.ts';
import type { Takeover } from '../store-options.ts';
import { askOwner, type GuestOptions, OwnerGone, ownerAnswers } from './guest-store.ts';
import { type OwnedStore, openOwnedStore } from './owned-store.ts';
import { type OwnerRecord, readOwnerFile } from './owner-file.ts';
import { tryOwnership } from './ownership-lock.ts';
import type { StoreDirectory } from './store-directory.ts';

export interface EmbeddedTiming {
  /** Longest wait for the owner to answer whether it is there, in milliseconds. */
  readonly aliveMs: number;
  /** Longest wait for one answer, as the hosted API has one (60 s). */
  readonly requestMs: number;
  /** Longest wait for some process to own and serve the store: creating it takes a few seconds on a slow machine. */
  readonly settleMs: number;
}

export interface SharedStoreOptions {
  readonly files: StoreDirectory;
  readonly migrations: MigrationSet;
  readonly clock: Clock;
  readonly timing: EmbeddedTiming;
  readonly guest: Omit<GuestOptions, 'requestMs'>;
  readonly onTakeover?: ((takeover: Takeover) => void) | undefined;
}

export interface SharedStore {
  readonly fetch: typeof globalThis.fetch;
  close(): Promise<void>;
}

/** How this process reaches the database at the moment. */
type Access =
  | { readonly role: 'owner'; readonly store: OwnedStore }
  | { readonly role: 'guest'; readonly owner: OwnerRecord };

/** Between looks at the lock and the owner file. */
const POLL_MS = 25;

/**
 * Joins the processes that share a store: owns it when nobody does, otherwise uses it through its owner. The returned
 * `fetch` keeps that up: when the owner is gone it takes over or follows the process that did, and sends the request
 * again, which is why procedures must stand being run twice.
 */
export async function joinStore(options: SharedStoreOptions): Promise<SharedStore> {
  const { clock, onTakeover } = options;
  let access = await findAccess(options, null);
  let renewal: Promise<Access> | null = null;
  let closing: Promise<void> | null = null;

  const renew = (lost: OwnerRecord): Promise<Access> => {
    if (access.role === 'owner' || access.owner.key !== lost.key) return Promise.resolve(access);
    renewal ??= (async () => {
      const since = clock.now();
      access = await findAccess(options, lost);
      if (access.role === 'owner') onTakeover?.({ previousPid: lost.pid, elapsedMs: clock.now() - since });
      return access;
    })().finally(() => {
      renewal = null;
    });
    return renewal;
  };

  const send = async (request: Request): Promise<Response> => {
    for (;;) {
      if (closing !== null) throw new Error('the store was used after it was closed');
      const current = access;
      if (current.role === 'owner') {
        return unlessAborted(current.store.fetch(withKey(request, current.store.key)), request.signal);
      }
      try {
        return await askOwner(current.owner, request.clone(), {
          ...options.guest,
          requestMs: options.timing.requestMs,
        });
      } catch (thrown) {
        if (!(thrown instanceof OwnerGone)) throw thrown;
        await renew(current.owner);
      }
    }
  };

  return {
    fetch: (input, init) => send(new Request(input, init)),
    close: () => {
      closing ??= (async () => {
        await renewal?.catch(() => undefined);
        if (access.role === 'owner') await access.store.close();
      })();
      return closing;
    },
  };
}

/** The database does not stop for a request that was given up: it only stops being waited for. */
function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}

function withKey(request: Request, key: string): Request {
  request.headers.set('apikey', key);
  request.headers.delete('authorization');
  return request;
}

/**
 * Becomes the owner, or finds one that answers. `lost` is an owner that is known not to answer any more.
 *
 * @throws OperatorError `store_newer`, `store_owner_outdated`, `store_owner_file_unreadable`, `store_owner_file_exposed`,
 *   `store_owner_not_responding`
 */
async function findAccess(options: SharedStoreOptions, lost: OwnerRecord | null): Promise<Access> {
  const { files, migrations, clock, timing } = options;
  const deadline = clock.now() + timing.settleMs;
  const given = new Set(lost === null ? [] : [lost.key]);
  for (;;) {
    const lock = tryOwnership(files.lock);
    if (lock !== null)
      return { role: 'owner', store: await openOwnedStore({ files, migrations, lock, now: () => clock.now() }) };

    const file = await readOwnerFile(files.owner);
    if (file.state === 'unusable') {
      // The owner may have left between the two looks; then the file is nobody's.
      if (await isStillOwned(files)) throw file.error;
      continue;
    }
    if (file.state === 'valid' && !given.has(file.owner.key)) {
      requireSameVersion(file.owner, migrations, files.path);
      if (await ownerAnswers(file.owner, { ...options.guest, requestMs: timing.aliveMs }))
        return { role: 'guest', owner: file.owner };
      given.add(file.owner.key);
    }
    if (clock.now() >= deadline) throw neverSettled(files.path, timing.settleMs);
    await clock.sleep(POLL_MS + Math.random() * POLL_MS);
  }
}

async function isStillOwned(files: StoreDirectory): Promise<boolean> {
  await nextTurn();
  const lock = tryOwnership(files.lock);
  lock?.release();
  return lock === null;
}

function requireSameVersion(owner: OwnerRecord, { newest }: MigrationSet, location: string): void {
  if (owner.newestMigration > newest) throw storeNewer(location, owner.newestMigration, newest);
  if (owner.newestMigration < newest) {
    throw new OperatorError(
      `process ${owner.pid} serves the store at ${location} with an older capture-cli (migration ${owner.newestMigration}; this one needs ${newest})`,
      {
        code: 'store_owner_outdated',
        nextSteps: [
          `let it finish or end it: kill ${owner.pid}`,
          'then run the command again: the store is brought up to date',
        ],
      },
    );
  }
}

function neverSettled(location: string, settleMs: number): OperatorError {
  return new OperatorError(
    `another process has held the store at ${location} for ${Math.round(settleMs / 1_000)} s without serving it`,
    {
      code: 'store_owner_not_responding',
      nextSteps: [
        'look for a capture-cli that is stopped or still starting: ps -ef | grep capture-cli',
        'end it, then run the command again',
      ],
    },
  );
}
