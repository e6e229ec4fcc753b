import { OperatorError } from '../../errors.ts';
import { callProcedure } from '../call.ts';
import { createStoreClient } from '../client.ts';
import { readMigrations, storeNewer } from '../schema/migrations.ts';
import { APPLY_MIGRATIONS } from '../store-error.ts';
import type { Store, StoreOptions } from '../store-options.ts';
import { createHostedFetch } from './hosted-fetch.ts';
import { requireServiceKey } from './service-key.ts';
import { parseStoreUrl } from './store-url.ts';

/**
 * Opens a hosted Supabase: address and key are checked before anything is sent, then the schema's version is asked for.
 * Migrations are applied to a hosted database by its owner with the Supabase CLI, never by this program.
 *
 * @throws OperatorError as listed at `openStore`
 */
export async function openHostedStore(options: StoreOptions & { readonly url: string }): Promise<Store> {
  const url = parseStoreUrl(options.url);
  const key = requireServiceKey(options.serviceKey, url, options.clock.now());
  const { newest } = await readMigrations(options.migrationsDirectory);
  const fetch = createHostedFetch({
    fetch: options.fetch ?? globalThis.fetch,
    clock: options.clock,
    random: Math.random,
    origin: url.origin,
  });
  let closed = false;
  const client = await createStoreClient(url.href, key, (input, init) => {
    if (closed) throw new Error('the store was used after it was closed');
    return fetch(input, init);
  });
  const version = await callProcedure<string | null>(client, 'capture_schema_version', {});
  if (version !== null && version > newest) throw storeNewer(url.origin, version, newest);
  if (version !== newest) {
    throw new OperatorError(
      `the store ${url.origin} is at migration ${version ?? 'none'}, and this version of capture-cli needs ${newest}`,
      {
        code: 'store_older',
        nextSteps: APPLY_MIGRATIONS,
      },
    );
  }
  return {
    client,
    kind: 'hosted',
    location: url.origin,
    close: async () => {
      closed = true;
    },
  };
}
