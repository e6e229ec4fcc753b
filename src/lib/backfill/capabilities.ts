import type { Clock } from '../clock.ts';
import type { GitHubClient, GitHubObserver } from '../github/client.ts';
import type { BackfillStore } from '../store/procedures.ts';

/** What a backfill works with, passed in by the command. */
export interface BackfillCapabilities {
  readonly connectGitHub: (observer: GitHubObserver) => GitHubClient;
  readonly store: BackfillStore;
  readonly storeKind: 'embedded' | 'hosted';
  readonly clock: Clock;
  /** Aborted by Ctrl-C or a caller's deadline: the backfill checkpoints and ends. */
  readonly signal: AbortSignal;
  /** Names this worker in leases: unique among all that share the store. */
  readonly worker: string;
  /** Of these lease owners, those whose process is known to be dead. */
  readonly deadWorkers: (owners: readonly string[]) => readonly string[];
}

export type { Emit } from '../progress/event-stream.ts';
