import { z } from 'zod';

/**
 * What a request is for, by the shape of its query:
 * - `enumerate`  a page of `pullRequests` without any child connection
 * - `hydrate`    pull requests, by id or number or page, with their children
 * - `reviews`    reviews by id, with their comments
 * - `repository` scalars of a repository, the viewer, the rate limit, the bare count of pull requests
 * or, by its address, which part of REST it asks:
 * - `contents`, `workflow`, `dispatch`, `runs` (a listing), `run`, `jobs`, `log`, `run-control` (cancel, re-run, delete,
 *   approve) of GitHub Actions
 * - `release` (found, listed or created), `upload` of an asset, `asset` (downloaded, renamed, deleted)
 * - `rest` every other address
 */
export const requestKind = z.enum([
  'enumerate',
  'hydrate',
  'reviews',
  'repository',
  'rest',
  'contents',
  'workflow',
  'dispatch',
  'runs',
  'run',
  'jobs',
  'log',
  'run-control',
  'release',
  'upload',
  'asset',
]);
export type RequestKind = z.infer<typeof requestKind>;
export const REQUEST_KINDS = requestKind.options;

const GRAPHQL_KINDS: ReadonlySet<RequestKind> = new Set(['enumerate', 'hydrate', 'reviews', 'repository']);

/** Which of the two budgets a request of this kind is charged to. */
export function resourceOf(kind: RequestKind): 'graphql' | 'rest' {
  return GRAPHQL_KINDS.has(kind) ? 'graphql' : 'rest';
}
