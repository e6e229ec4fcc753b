import type { SupabaseClient } from '@supabase/supabase-js';
import { storable } from './storable-text.ts';
import { errorFromAnswer } from './store-error.ts';

/**
 * Calls one SQL function: one request, one transaction. Text that PostgreSQL cannot store is cleaned first. A request
 * whose connection fails is sent again by the store, so the function must stand being run twice.
 *
 * @throws StoreError with the SQLSTATE (or `PGRST…`) when the function or the database refuses
 * @throws OperatorError what the operator can act on: `store_full`, `store_not_migrated`, `store_permission_denied`,
 *   `store_timeout`, `store_failing`, and all that reaching the store can meet
 */
export async function callProcedure<T>(
  client: SupabaseClient,
  name: string,
  args: Readonly<Record<string, unknown>>,
  options: { readonly signal?: AbortSignal } = {},
): Promise<T> {
  const call = client.rpc(name, storable(args));
  return rowsOf<T>(name, options.signal ? call.abortSignal(options.signal) : call);
}

/** A request of supabase-js that has not been sent: what `rpc()` and `from().select()` return. */
interface PendingRequest {
  retry(enabled: boolean): PendingRequest;
  throwOnError(): PromiseLike<{ readonly data: unknown }>;
}

/**
 * Sends a query of supabase-js and returns its data; what `request` names appears in errors. At most 1,000 rows come
 * back from PostgREST: page with `order` and a key.
 *
 * @throws as `callProcedure` does
 */
export async function rowsOf<T>(request: string, query: PendingRequest): Promise<T> {
  try {
    // The store resends by its own rule; PostgREST's client would add waits of 1, 2 and 4 s to reads.
    const { data } = await query.retry(false).throwOnError();
    return data as T;
  } catch (thrown) {
    throw isDatabaseAnswer(thrown) ? errorFromAnswer(request, thrown, thrown) : thrown;
  }
}

/** PostgrestError, by its shape: the class is in a package that is loaded only where a store is. */
function isDatabaseAnswer(thrown: unknown): thrown is Error & { code: string; hint: string; details: string } {
  return thrown instanceof Error && thrown.name === 'PostgrestError' && 'code' in thrown;
}
