import type { SupabaseClient } from '@supabase/supabase-js';

/** A supabase-js client that does nothing by itself: no session, no timers, no resending; all requests go to `fetch`. */
export async function createStoreClient(
  url: string,
  key: string,
  fetch: typeof globalThis.fetch,
): Promise<SupabaseClient> {
  const { createClient } = await import('@supabase/supabase-js');
  return createClient(url, key, {
    global: { fetch },
    db: { retry: false },
    auth: { persistSession: false, autoRefreshToken: false, detectSessionInUrl: false },
  });
}
