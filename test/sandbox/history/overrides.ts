import { z } from 'zod';

const count = z.int().min(0).max(20_000);

/** What a test may fix about one generated pull request; everything that is absent stays derived from the seed. */
export const pullRequestOverride = z.strictObject({
  title: z.string().optional(),
  body: z.string().optional(),
  state: z.enum(['OPEN', 'CLOSED', 'MERGED']).optional(),
  author: z.enum(['ghost', 'user', 'bot', 'mannequin', 'organization', 'enterprise']).optional(),
  /** Files that it changes; past 3,000 GitHub serves only the first 3,000. */
  files: count.optional(),
  /** Commits that it has; past 250 GitHub serves only the first 250. */
  commits: count.optional(),
  reviews: count.optional(),
  /** Review comments, all of them under the first review. */
  reviewComments: count.optional(),
  /** Comments of the conversation. */
  comments: count.optional(),
});
export type PullRequestOverride = z.infer<typeof pullRequestOverride>;

/** By pull request number. */
export const pullRequestOverrides = z.record(
  z.string().regex(/^[1-9]\d*$/, 'must be a pull request number'),
  pullRequestOverride,
);
