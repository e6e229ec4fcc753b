import type { GitHubClient } from '../../github/client.ts';
import {
  MAX_NODE_IDS,
  MORE_REVIEW_COMMENTS_DOCUMENT,
  type MoreReviewCommentsAnswer,
  REVIEW_COMMENTS_DOCUMENT,
  type ReviewCommentsAnswer,
} from '../../github/graphql/documents.ts';
import type { ReviewCommentNode, ReviewWithComments } from '../../github/graphql/nodes.ts';
import { GitHubRefusal } from '../../github/refusals.ts';
import type { CommentRow, ReviewCommentsPayload } from '../../store/rows.ts';
import type { ChunkTarget } from '../../store/work-orders.ts';
import type { Emit } from '../capabilities.ts';
import { ActorDirectory } from './actors.ts';
import { MAX_NODES, MIN_NODES } from './drain.ts';
import { type PageFetcher, refusalText } from './page-fetcher.ts';
import { reviewCommentRow } from './pull-request-rows.ts';

/**
 * Fetches the comments of the reviews of a chunk, drained to the end, as one payload to commit. A review that GitHub no longer
 * has counts as drained, without comments; the pull request of one that is refused even alone is quarantined.
 */
export async function fetchReviewComments(
  github: GitHubClient,
  fetcher: PageFetcher,
  targets: readonly ChunkTarget[],
  emit: Emit,
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
        drained.set(target, review ? await drainReview(github, review, emit, pageSignal) : []);
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

/** Follows the comments of a review to their end. A refused page is followed by a smaller one, as in `drainChildren`. */
async function drainReview(
  github: GitHubClient,
  review: ReviewWithComments,
  emit: Emit,
  signal: AbortSignal,
): Promise<readonly ReviewCommentNode[]> {
  const nodes: ReviewCommentNode[] = [];
  let { comments } = review;
  let first = MAX_NODES;
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
    const { endCursor } = comments.pageInfo;
    try {
      comments = await moreComments(github, review.id, { first, after: endCursor }, signal);
    } catch (thrown) {
      if (!(thrown instanceof GitHubRefusal) || first <= MIN_NODES) {
        throw thrown;
      }
      const smaller = Math.floor(first / 2);
      emit({ event: 'page.shrunk', reason: refusalText(thrown), from: first, to: smaller });
      first = smaller;
      comments = { ...comments, nodes: [] };
    }
  }
}

async function moreComments(
  github: GitHubClient,
  review: string,
  page: { readonly first: number; readonly after: string | null },
  signal: AbortSignal,
): Promise<ReviewWithComments['comments']> {
  const answer = await github.graphql<MoreReviewCommentsAnswer>({
    document: MORE_REVIEW_COMMENTS_DOCUMENT,
    variables: { id: review, ...page },
    signal,
  });
  if (!answer.data.node) {
    throw new GitHubRefusal('partial_answer', 'GitHub left out some review comments', 200);
  }
  return answer.data.node.comments;
}
