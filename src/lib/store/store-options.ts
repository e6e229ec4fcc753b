import type { SupabaseClient } from '@supabase/supabase-js';
import type { Clock } from '../clock.ts';

/** The database as the domains use it: `client.rpc()` through `callProcedure`, reads through `rowsOf`. */
export interface Store {
  readonly client: SupabaseClient;
  readonly kind: 'embedded' | 'hosted';
  /** The directory of an embedded store, the address of a hosted one: for people. */
  readonly location: string;
  /**
   * Ends the use of the store. Requests under way are finished first, also those of other processes that use an
   * embedded store through this one; afterwards every request fails. Can be called twice.
   */
  close(): Promise<void>;
}

export interface StoreOptions {
  /** Address of a hosted Supabase; the embedded store is used without it. */
  readonly url?: string | undefined;
  /** Secret key of the hosted Supabase. */
  readonly serviceKey?: string | undefined;
  /** Directory of the embedded store; made when it is not there. */
  readonly directory: string;
  /** Directory with `<14 digits>_<name>.sql`. */
  readonly migrationsDirectory: string;
  readonly clock: Clock;
  /** Reading commands do not create a store: then a store that is not there is an error. */
  readonly mustExist?: boolean;
  /** Told when the process that owned the embedded store is gone and this one serves it from now on. */
  readonly onTakeover?: (takeover: Takeover) => void;
  /** How requests leave this process; the platform's `fetch` without it. */
  readonly fetch?: typeof globalThis.fetch;
}

export interface Takeover {
  /** The process that owned the store before. */
  readonly previousPid: number;
  /** From the request that failed to the moment at which this process answers, in milliseconds. */
  readonly elapsedMs: number;
}
