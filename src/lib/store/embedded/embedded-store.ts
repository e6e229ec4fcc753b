import { createStoreClient } from '../client.ts';
import { readMigrations } from '../schema/migrations.ts';
import type { Store, StoreOptions } from '../store-options.ts';
import type { GuestOptions } from './guest-store.ts';
import { type EmbeddedTiming, joinStore } from './shared-store.ts';
import { prepareStoreDirectory, storeDirectory } from './store-directory.ts';

const TIMING: EmbeddedTiming = { aliveMs: 10_000, requestMs: 65_000, settleMs: 60_000 };

/**
 * Opens the store in a directory. The first process owns it, keeps the database in itself and serves it to the others;
 * when it ends, in whatever way, one of the others takes over and requests that were under way are sent again.
 *
 * @throws OperatorError as listed at `openStore`
 */
export async function openEmbeddedStore(options: StoreOptions, timing: EmbeddedTiming = TIMING): Promise<Store> {
  const files = storeDirectory(options.directory);
  await prepareStoreDirectory(files, options.mustExist ?? false);
  const migrations = await readMigrations(options.migrationsDirectory);
  const guest: Omit<GuestOptions, 'requestMs'> = { fetch: options.fetch ?? globalThis.fetch, location: files.path };
  const shared = await joinStore({
    files,
    migrations,
    clock: options.clock,
    timing,
    guest,
    onTakeover: options.onTakeover,
  });
  // The address and the key are placeholders: each request gets those of whoever owns the store at that moment.
  const client = await createStoreClient('http://store.localhost', 'sb_secret_replaced', shared.fetch);
  return { client, kind: 'embedded', location: files.path, close: shared.close };
}
