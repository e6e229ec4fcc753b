import type { GitHubClient } from '../../github/client.ts';
import { MAX_PULL_REQUESTS_PER_POINT, MAX_REVIEWS_PER_POINT } from '../../github/graphql/documents.ts';
import type { BackfillInputs } from '../inputs.ts';
import { planChunks } from './chunk-plan.ts';
import { chunkPlaces, chunkSize } from './chunk-size.ts';
import { Enumerator } from './enumerate.ts';
import { resolveRepository } from './repository.ts';

export interface Estimate {
  readonly repository: string;
  /** Pull requests that GitHub has. */
  readonly total: number;
  readonly chunks: number;
  /** GraphQL points, each part rounded up. */
  readonly points: { readonly enumerate: number; readonly hydrate: number; readonly reviewComments: number };
  readonly budget: { readonly remaining: number; readonly limit: number; readonly resetAt: number } | null;
  /** Points that this estimate itself cost. */
  readonly cost: number;
}

/** Reviews with comments that 100 pull requests have, seen in ordinary repositories. */
const REVIEWS_WITH_COMMENTS_PER_100 = 60;

/**
 * What a backfill would do, from one look at the newest pull requests. Sends two requests and writes nothing: the store is not
 * even opened, so work that earlier runs have done is not taken off.
 */
export async function estimate(github: GitHubClient, inputs: BackfillInputs, signal: AbortSignal): Promise<Estimate> {
  const { row } = await resolveRepository(github, inputs.repository, signal);
  const page = await new Enumerator(github, row.node_id, () => undefined).page('updated', null, signal);
  const budget = github.budget('graphql');
  const size = chunkSize({ pullRequests: page.total, configured: inputs.chunkSize, budget });
  const sample = planChunks(page.items, { size, places: chunkPlaces(size, MAX_PULL_REQUESTS_PER_POINT) }, true).length;
  const chunks = page.items.length === 0 ? 0 : Math.ceil((sample / page.items.length) * page.total);
  const reviews = (page.total * REVIEWS_WITH_COMMENTS_PER_100) / 100;
  return {
    repository: row.full_name,
    total: page.total,
    chunks,
    points: {
      enumerate: Math.ceil(page.total / 100),
      hydrate: chunks,
      reviewComments: inputs.kinds.includes('review_comments') ? Math.ceil(reviews / MAX_REVIEWS_PER_POINT) : 0,
    },
    budget: budget ? { remaining: budget.remaining, limit: budget.limit, resetAt: budget.resetAt } : null,
    cost: github.spent.graphql,
  };
}
