import type { GitHubClient } from '../github/client.ts';
import {
  MAX_NODE_IDS,
  MORE_REVIEW_COMMENTS_DOCUMENT,
  type MoreReviewCommentsAnswer,
  REVIEW_COMMENTS_DOCUMENT,
  type ReviewCommentNode,
  type ReviewCommentsAnswer,
  type ReviewWithComments,
} from '../github/documents.ts';
import { GitHubRefusal } from '../github/refusals.ts';
import type { ChunkTarget, CommentRow, ReviewCommentsPayload } from '../store/rows.ts';
import { ActorDirectory } from './actors.ts';
import type { PageFetcher } from './page-fetcher.ts';
import { reviewCommentRow } from './pull-request-rows.ts';

/**
 * Fetches the comments of the reviews of a chunk, drained to the end, as one payload to commit. A review that GitHub no longer
 * has counts as drained, without comments; the pull request of one that is refused even alone is quarantined.
 */
export async function fetchReviewComments(
  github: GitHubClient,
  fetcher: PageFetcher,
  targets: readonly ChunkTarget[],
  signal: AbortSignal,
): Promise<ReviewCommentsPayload> {
  const actors = new ActorDirectory();
  const comments = new Map<string, CommentRow>();
  const reviews: string[] = [];
  const setAside = await fetcher.fetchAll(
    targets,
    async (page, pageSignal) => {
      const answer = await github.graphql<ReviewCommentsAnswer>({
        document: REVIEW_COMMENTS_DOCUMENT,
        variables: {
          first: page.slice(0, MAX_NODE_IDS).map((target) => target.node_id),
          second: page.slice(MAX_NODE_IDS).map((target) => target.node_id),
        },
        signal: pageSignal,
      });
      const nodes = [...answer.data.first, ...answer.data.second];
      const gone = new Set(
        answer.notFound.map(([list, index]) => Number(index) + (list === 'second' ? MAX_NODE_IDS : 0)),
      );
      const drained = new Map<ChunkTarget, readonly ReviewCommentNode[]>();
      for (const [index, target] of page.entries()) {
        const review = nodes[index];
        if (!review && !gone.has(index)) {
          throw new GitHubRefusal(
            'partial_answer',
            `GitHub answered nothing for a review of pull request ${target.number}`,
            200,
          );
        }
        drained.set(target, review ? await drainReview(github, review, pageSignal) : []);
      }
      for (const [target, nodesOfReview] of drained) {
        reviews.push(String(target.review));
        for (const node of nodesOfReview) {
          const row = reviewCommentRow(String(target.pull_request), String(target.review), node, actors);
          comments.set(row.github_id, row);
        }
      }
      return answer.elapsedMs;
    },
    signal,
  );
  return {
    actors: actors.rows(),
    comments: [...comments.values()],
    reviews,
    quarantined: setAside.map(({ target, reason }) => ({
      number: target.number,
      reason: `review ${target.review}: ${reason}`,
    })),
  };
}

async function drainReview(
  github: GitHubClient,
  review: ReviewWithComments,
  signal: AbortSignal,
): Promise<readonly ReviewCommentNode[]> {
  const nodes: ReviewCommentNode[] = [];
  let { comments } = review;
  for (;;) {
    for (const node of comments.nodes) {
      if (node === null) {
        throw new GitHubRefusal('partial_answer', 'GitHub left out some review comments', 200);
      }
      nodes.push(node);
    }
    if (!comments.pageInfo.hasNextPage) {
      return nodes;
    }
    const answer = await github.graphql<MoreReviewCommentsAnswer>({
      document: MORE_REVIEW_COMMENTS_DOCUMENT,
      variables: { id: review.id, after: comments.pageInfo.endCursor },
      signal,
    });
    if (!answer.data.node) {
      throw new GitHubRefusal('partial_answer', 'GitHub left out some review comments', 200);
    }
    comments = answer.data.node.comments;
  }
}
