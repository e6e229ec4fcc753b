import { access, constants, stat } from 'node:fs/promises';
import { type Secret, supabaseKeyKind } from '../config/secrets.ts';
import { type Finding, fail, pass, refused, warn } from './check.ts';
import { nearestExisting } from './machine.ts';

/** The folder of the embedded database: there, or can be made; writable. */
export async function checkEmbeddedStore(directory: string): Promise<Finding> {
  const existing = await nearestExisting(directory);
  const found = await stat(existing);
  if (!found.isDirectory()) return fail(`${existing} is not a folder`, 'choose another folder with --store');
  const writable = await access(existing, constants.W_OK).then(
    () => true,
    () => false,
  );
  if (!writable) return fail(`${existing} cannot be written to`, 'change its owner, or choose another with --store');
  if (existing !== directory) return pass(`embedded, ${directory} is made by the first backfill`);
  return pass(`embedded, ${directory}`);
}

export interface HostedStoreOptions {
  readonly url: string;
  readonly key: Secret | undefined;
  readonly fetch: typeof globalThis.fetch;
  readonly timeoutMs: number;
}

/** Asks the hosted database for no row of the backfill's table: proves address, key and schema at once. */
export async function checkHostedStore({ url, key, fetch, timeoutMs }: HostedStoreOptions): Promise<Finding> {
  if (!key) return refused(`hosted, ${url}: no key`, 'set SUPABASE_SERVICE_KEY to the secret key of the project');
  const kind = supabaseKeyKind(key.reveal());
  if (kind === 'publishable' || kind === 'anon') {
    return refused(`hosted, ${url}: ${key.source} is a ${kind} key, which may not write`, 'use the secret key instead');
  }
  const response = await fetch(`${url}/rest/v1/progressive_backfill_state?select=*&limit=0`, {
    headers: { apikey: key.reveal(), authorization: `Bearer ${key.reveal()}` },
    signal: AbortSignal.timeout(timeoutMs),
  });
  const where = `hosted, ${url}, ${kind} key from ${key.source}`;
  if (response.ok) return pass(where);
  if (response.status === 401 || response.status === 403) {
    return refused(`${where}: refused (${response.status})`, `replace the key in ${key.source}`);
  }
  // PostgREST answers 404 for a table that is not in its schema cache (PGRST205).
  if (response.status === 404) {
    return fail(`${where}: the tables are not there`, 'apply supabase/migrations with `supabase db push`');
  }
  return warn(`${where}: answers ${response.status}`, 'see the status of the project in Supabase');
}
