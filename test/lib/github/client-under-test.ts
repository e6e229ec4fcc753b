import { inspect } from 'node:util';
import type { GitHubClient, GitHubObserver, RateBudget } from '../../../src/lib/github/client.ts';
import { createGitHubClient, type GitHubClientOptions } from '../../../src/lib/github/github-client.ts';
import { VirtualClock } from './virtual-clock.ts';

export const TOKEN = 'ghp_0123456789abcdefghijklmnopqrstuvwxyz';
export const DOCUMENT = 'query { viewer { login } rateLimit { limit cost remaining resetAt } }';

export interface ClientUnderTest {
  readonly client: GitHubClient;
  readonly clock: VirtualClock;
  /** What the observer was told: reasons of waits, and `end`. */
  readonly waits: string[];
  readonly budgets: RateBudget[];
}

export function clientFor(url: string, options: Partial<GitHubClientOptions> = {}): ClientUnderTest {
  const clock = new VirtualClock();
  const waits: string[] = [];
  const budgets: RateBudget[] = [];
  const observer: GitHubObserver = {
    budget: (budget) => budgets.push(budget),
    waitStarted: ({ reason, until }) => waits.push(`${reason} ${Math.round((until - clock.now()) / 1_000)}s`),
    waitEnded: () => waits.push('end'),
  };
  const client = createGitHubClient({
    token: TOKEN,
    apiUrl: url,
    graphqlUrl: `${url}/graphql`,
    clock,
    fetch: globalThis.fetch,
    observer,
    reserve: { kind: 'percent', value: 10 },
    maxWaitMs: 2 * 3_600_000,
    userAgent: 'capture-cli-test',
    random: () => 0,
    ...options,
  });
  return { client, clock, waits, budgets };
}

/** What the promise was rejected with. */
export async function thrownBy(promise: Promise<unknown>): Promise<unknown> {
  const outcome = await promise.then(
    (value) => ({ value }),
    (thrown: unknown) => ({ thrown }),
  );
  if ('thrown' in outcome) return outcome.thrown;
  throw new Error(`expected a rejection, got ${inspect(outcome.value)}`);
}

/** Everything that printing or logging an error could show. */
export function everythingIn(thrown: unknown): string {
  return inspect(thrown, { depth: 12, showHidden: true }) + (thrown instanceof Error ? thrown.stack : '');
}
