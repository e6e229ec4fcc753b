import type { DerivationContext, PullRequestBasis } from './history.ts';
import { STREAM } from './history.ts';
import { identity, nodeId } from './identifiers.ts';
import type { PullRequestOverride } from './overrides.ts';
import { diffHunk, prose } from './prose.ts';
import { mixSeed, Random } from './random.ts';
import type { Author, CommentRecord, Identity, ReviewCommentRecord, ReviewRecord, ReviewState } from './records.ts';
import { isoSeconds } from './records.ts';

/** What a review will be, before it is written: cheap, so that listings can count. */
export interface ReviewPlan {
  readonly state: ReviewState;
  readonly hasBody: boolean;
  readonly comments: number;
  /** Its only comment answers an earlier one, as GitHub makes of a reply in a thread. */
  readonly isReply: boolean;
}

function reviewState(random: Random): ReviewState {
  const share = random.fraction();
  if (share < 0.38) return 'APPROVED';
  if (share < 0.85) return 'COMMENTED';
  if (share < 0.95) return 'CHANGES_REQUESTED';
  return share < 0.995 ? 'DISMISSED' : 'PENDING';
}

/** How probable it is that a review with a body, or one whose state says enough, has comments as well. */
const COMMENTED_SHARE = {
  APPROVED: 0.06,
  COMMENTED: 0.3,
  CHANGES_REQUESTED: 0.7,
  DISMISSED: 0.2,
  PENDING: 0.5,
} as const;

function reviewsTotal(random: Random): number {
  return random.chance(0.3) ? 0 : 1 + random.smallBelow(6, 2.2);
}

/** The reviews of a pull request in outline. A COMMENTED review without a body always has a comment: else it says nothing. */
export function planReviews(
  context: DerivationContext,
  number: number,
  override: PullRequestOverride,
): readonly ReviewPlan[] {
  const random = new Random(mixSeed(context.seed, number, STREAM.reviewPlan));
  const fixed = override.reviewComments;
  const derived = reviewsTotal(random);
  const total = Math.max(override.reviews ?? derived, (fixed ?? 0) > 0 ? 1 : 0);
  const plans: ReviewPlan[] = [];
  let commentsSoFar = 0;
  for (let index = 0; index < total; index += 1) {
    const state = reviewState(random);
    const bare = state === 'COMMENTED' ? random.chance(0.6) : random.chance(0.7);
    const commented = (state === 'COMMENTED' && bare) || random.chance(COMMENTED_SHARE[state]);
    let comments = commented ? 1 + random.smallBelow(6, 3) : 0;
    if (fixed !== undefined) comments = index === 0 ? fixed : 0;
    const hasBody = !bare || (state === 'COMMENTED' && comments === 0);
    const isReply = comments === 1 && !hasBody && state === 'COMMENTED' && commentsSoFar > 0 && random.chance(0.5);
    commentsSoFar += comments;
    plans.push({ state, hasBody, comments, isReply });
  }
  return plans;
}

/** How many comments the conversation has. */
export function planComments(context: DerivationContext, number: number, override: PullRequestOverride): number {
  if (override.comments !== undefined) return override.comments;
  const random = new Random(mixSeed(context.seed, number, STREAM.comments));
  return random.chance(0.002) ? 101 + random.below(40) : random.smallBelow(10, 2.4);
}

/** The moment of the event `index` of `total`, spread over the life of the pull request. */
function momentOf(basis: PullRequestBasis, index: number, total: number): number {
  return basis.createdAt + Math.floor(((basis.endedAt - basis.createdAt) * (index + 1)) / (total + 1));
}

function reviewComment(
  scope: {
    readonly context: DerivationContext;
    readonly basis: PullRequestBasis;
    readonly url: string;
    readonly paths: readonly string[];
  },
  random: Random,
  index: number,
  fixed: {
    readonly author: Author;
    readonly at: number;
    readonly commitOid: string;
    readonly replyTo: ReviewCommentRecord | null;
  },
): ReviewCommentRecord {
  const { context, basis } = scope;
  const databaseId = context.ids.of(basis.number, index);
  const outdated = random.chance(0.3);
  const line = 1 + random.below(400);
  const position = 1 + random.below(60);
  const path = fixed.replyTo?.path ?? (scope.paths.length > 0 ? random.pick(scope.paths) : 'README.md');
  const replyTo: Identity | null = fixed.replyTo
    ? { id: fixed.replyTo.id, fullDatabaseId: fixed.replyTo.fullDatabaseId, databaseId: fixed.replyTo.databaseId }
    : null;
  return {
    __typename: 'PullRequestReviewComment',
    ...identity(nodeId('PullRequestReviewComment', context.repositoryId, basis.number, index), databaseId),
    author: fixed.author,
    body: prose(random, 3),
    path,
    position: outdated ? null : position,
    originalPosition: position,
    line: outdated ? null : line,
    originalLine: line,
    diffHunk: diffHunk(random, line),
    outdated,
    replyTo,
    commit: { __typename: 'Commit', oid: outdated ? basis.commitOid(basis.commitsTotal) : fixed.commitOid },
    originalCommit: { __typename: 'Commit', oid: fixed.commitOid },
    createdAt: isoSeconds(fixed.at),
    updatedAt: isoSeconds(fixed.at + (random.chance(0.1) ? 30 : 0)),
    url: `${scope.url}#discussion_r${databaseId}`,
  };
}

/** The reviews with their comments, oldest first. `url` is the pull request's, `paths` the files it changes. */
export function deriveReviews(
  context: DerivationContext,
  basis: PullRequestBasis,
  plans: readonly ReviewPlan[],
  url: string,
  paths: readonly string[],
): readonly ReviewRecord[] {
  const random = new Random(mixSeed(context.seed, basis.number, STREAM.reviews));
  const scope = { context, basis, url, paths };
  let firstComment: ReviewCommentRecord | null = null;
  let commentIndex = 0;
  const reviews: ReviewRecord[] = [];
  for (const [index, plan] of plans.entries()) {
    const author = context.actors.author(random);
    const at = momentOf(basis, index, plans.length);
    const commitOid = basis.commitOid(random.below(Math.max(1, basis.commitsTotal)));
    const databaseId = context.ids.of(basis.number, index);
    const reviewComments: ReviewCommentRecord[] = [];
    for (let each = 0; each < plan.comments; each += 1) {
      const replyTo = plan.isReply ? firstComment : null;
      const comment = reviewComment(scope, random, commentIndex, { author, at, commitOid, replyTo });
      firstComment ??= comment;
      commentIndex += 1;
      reviewComments.push(comment);
    }
    reviews.push({
      __typename: 'PullRequestReview',
      ...identity(nodeId('PullRequestReview', context.repositoryId, basis.number, index), databaseId),
      author,
      state: plan.state,
      body: plan.hasBody ? prose(random, 4) : '',
      createdAt: isoSeconds(at),
      updatedAt: isoSeconds(at),
      submittedAt: plan.state === 'PENDING' ? null : isoSeconds(at),
      commit: { __typename: 'Commit', oid: commitOid },
      url: `${url}#pullrequestreview-${databaseId}`,
      reviewComments,
    });
  }
  return reviews;
}

/** A comment that was added while the sandbox was serving. */
export interface AddedComment {
  readonly body: string;
  readonly createdAt: number;
}

/** The conversation, oldest first: `derived` comments from the seed, then those that were added. */
export function deriveComments(
  context: DerivationContext,
  basis: PullRequestBasis,
  derived: number,
  added: readonly AddedComment[],
  url: string,
): readonly CommentRecord[] {
  const random = new Random(mixSeed(context.seed, basis.number, STREAM.comments, 1));
  const record = (index: number, body: string, at: number): CommentRecord => {
    const databaseId = context.ids.of(basis.number, index);
    return {
      __typename: 'IssueComment',
      ...identity(nodeId('IssueComment', context.repositoryId, basis.number, index), databaseId),
      author: context.actors.author(random),
      body,
      createdAt: isoSeconds(at),
      updatedAt: isoSeconds(at),
      url: `${url}#issuecomment-${databaseId}`,
    };
  };
  const comments: CommentRecord[] = [];
  for (let index = 0; index < derived; index += 1) {
    comments.push(record(index, prose(random, 4), momentOf(basis, index, derived)));
  }
  for (const [index, comment] of added.entries())
    comments.push(record(derived + index, comment.body, comment.createdAt));
  return comments;
}
