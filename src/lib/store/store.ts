import { access } from 'node:fs/promises';
import { storeDirectory } from './embedded/store-directory.ts';
import type { Store, StoreOptions } from './store-options.ts';

export type { Store, StoreOptions, Takeover } from './store-options.ts';

/**
 * Opens the hosted store when `url` is given, otherwise the embedded one. Nothing heavy is loaded before it is needed:
 * a hosted store never loads the embedded database, nor does a process that uses a store which another one owns.
 *
 * @throws OperatorError hosted: `store_url_invalid`, `store_key_missing`, `store_key_refused`, `store_unreachable`,
 *   `store_not_migrated`, `store_newer`, `store_older`; embedded: `store_missing`, `store_foreign_directory`,
 *   `store_not_writable`, `store_unusable`, `store_full`, `store_newer`, `store_owner_file_unreadable`,
 *   `store_owner_file_exposed`, `store_owner_outdated`, `store_owner_not_responding`, `store_damaged`
 */
export async function openStore(options: StoreOptions): Promise<Store> {
  if (options.url !== undefined) {
    const { openHostedStore } = await import('./hosted/hosted-store.ts');
    return openHostedStore({ ...options, url: options.url });
  }
  const { openEmbeddedStore } = await import('./embedded/embedded-store.ts');
  return openEmbeddedStore(options);
}

/** False where opening would create an embedded store. A hosted one is never created. */
export async function hasStore(where: {
  readonly url: string | undefined;
  readonly directory: string;
}): Promise<boolean> {
  if (where.url !== undefined) return true;
  return await access(storeDirectory(where.directory).data).then(
    () => true,
    () => false,
  );
}
