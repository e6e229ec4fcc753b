import type { Clock } from '../../../../src/lib/clock.ts';
import type { Tokens } from '../../tokens.ts';
import type { HostedRepository } from '../hosted-repository.ts';
import type { ConcurrencyGroups } from './concurrency-groups.ts';
import type { RunnerPool } from './runner-pool.ts';

/** What every execution shares. */
export interface RunnerHouse {
  readonly clock: Clock;
  readonly tokens: Tokens;
  readonly pool: RunnerPool;
  readonly groups: ConcurrencyGroups;
  /** What GITHUB_API_URL and GITHUB_GRAPHQL_URL are in a job. */
  readonly urls: () => { readonly api: string; readonly graphql: string };
  /** Another repository of the sandbox, by OWNER/NAME; null when there is none. */
  readonly repository: (nameWithOwner: string) => HostedRepository | null;
  /** Where jobs have their folders; made when first asked for. */
  readonly root: () => Promise<string>;
  /** The project whose built capture-cli jobs find as `capture-cli` and `npx capture-cli`. */
  readonly cliRoot: string;
  readonly nextJobId: () => number;
  /** What `timeout-minutes` counts in; shorter than a minute in tests. */
  readonly minuteMs: number;
  /** Scales the grace of a cancelled process. */
  readonly graceFactor: number;
  /** What a GITHUB_TOKEN may spend an hour, all jobs of a repository together. */
  readonly jobTokenLimit: number;
  /** Added to the environment of every step. */
  readonly env: Readonly<Record<string, string>>;
}
