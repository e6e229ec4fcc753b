import type { Clock } from '../../clock.ts';

/** What an embedder needs of the world outside. */
export interface EmbedderCapabilities {
  readonly env: Readonly<NodeJS.ProcessEnv>;
  readonly clock: Clock;
  readonly fetch: typeof globalThis.fetch;
  /** Ends the embedder, as `close` does. */
  readonly signal: AbortSignal;
  /** In [0, 1), for the spread of retries; `Math.random` when absent. */
  readonly random?: () => number;
}
