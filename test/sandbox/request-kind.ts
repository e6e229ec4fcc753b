import { z } from 'zod';

/**
 * What a request is for, by the shape of its query:
 * - `enumerate`  a page of `pullRequests` without any child connection
 * - `hydrate`    pull requests, by id or number or page, with their children
 * - `reviews`    reviews by id, with their comments
 * - `repository` scalars of a repository, the viewer, the rate limit, the bare count of pull requests
 * - `rest`       anything that is not GraphQL
 */
export const requestKind = z.enum(['enumerate', 'hydrate', 'reviews', 'repository', 'rest']);
export type RequestKind = z.infer<typeof requestKind>;
export const REQUEST_KINDS = requestKind.options;
