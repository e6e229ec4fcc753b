import type { AddedComment, ReviewPlan } from './discussion.ts';
import { deriveComments, deriveReviews, planComments, planReviews } from './discussion.ts';
import type { DerivationContext, PullRequestBasis } from './history.ts';
import { STREAM } from './history.ts';
import { identity, nodeId } from './identifiers.ts';
import type { PullRequestOverride } from './overrides.ts';
import { mixSeed, objectId, Random } from './random.ts';
import type {
  Author,
  CommentRecord,
  CommitRecord,
  CommitReference,
  FileRecord,
  PullRequestState,
  ReviewCommentRecord,
  ReviewRecord,
} from './records.ts';
import { isoSeconds, SOURCE_CEILING } from './records.ts';

/** What happened to a pull request while the sandbox was serving. */
export interface PullRequestEdit {
  readonly title?: string;
  readonly body?: string;
  readonly state?: PullRequestState;
  /** Epoch seconds. */
  readonly updatedAt: number;
  readonly comments: readonly AddedComment[];
}

/** The last sign of life follows the end by up to an hour: a thank-you, a label. */
const TAIL_SECONDS = 3_600;

/** Epoch seconds of the last change, without deriving any child. */
export function updatedAtOf(
  context: DerivationContext,
  basis: PullRequestBasis,
  edit: PullRequestEdit | undefined,
): number {
  const tail = mixSeed(context.seed, basis.number, STREAM.extra, 1) % TAIL_SECONDS;
  return Math.max(basis.endedAt + tail, edit?.updatedAt ?? 0);
}

/** One pull request, named by GitHub's schema. Scalars are there at once; children are derived when first asked for. */
export class PullRequest {
  readonly __typename = 'PullRequest';
  readonly id: string;
  readonly fullDatabaseId: string;
  readonly databaseId: number | null;
  readonly number: number;
  readonly title: string;
  readonly body: string;
  readonly state: PullRequestState;
  readonly isDraft: boolean;
  readonly locked: boolean;
  readonly url: string;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly closedAt: string | null;
  readonly mergedAt: string | null;
  readonly changedFiles: number;
  readonly baseRefName: string;
  readonly headRefName: string;
  readonly baseRefOid: string;
  readonly author: Author;
  readonly mergedBy: Author;
  readonly mergeCommit: CommitReference | null;
  /** Of the real number of commits, GitHub serves 250. */
  readonly commitsTotal: number;

  readonly #context: DerivationContext;
  readonly #basis: PullRequestBasis;
  readonly #override: PullRequestOverride;
  readonly #edit: PullRequestEdit | undefined;
  #plans: readonly ReviewPlan[] | undefined;
  #files: readonly FileRecord[] | undefined;
  #reviews: readonly ReviewRecord[] | undefined;
  #comments: readonly CommentRecord[] | undefined;

  constructor(
    context: DerivationContext,
    repositoryUrl: string,
    basis: PullRequestBasis,
    override: PullRequestOverride,
    edit: PullRequestEdit | undefined,
  ) {
    const { number } = basis;
    const random = new Random(mixSeed(context.seed, number, STREAM.extra));
    const { id, fullDatabaseId, databaseId } = identity(
      nodeId('PullRequest', context.repositoryId, number),
      context.ids.of(number),
    );
    const state = edit?.state ?? basis.state;
    const endedAt = isoSeconds(edit?.state && edit.state !== basis.state ? edit.updatedAt : basis.endedAt);
    this.#context = context;
    this.#basis = basis;
    this.#override = override;
    this.#edit = edit;
    this.id = id;
    this.fullDatabaseId = fullDatabaseId;
    this.databaseId = databaseId;
    this.number = number;
    this.title = edit?.title ?? basis.title;
    this.body = edit?.body ?? basis.body;
    this.state = state;
    this.isDraft = random.chance(0.05) && state === 'OPEN';
    this.locked = random.chance(0.01);
    this.url = `${repositoryUrl}/pull/${number}`;
    this.createdAt = isoSeconds(basis.createdAt);
    this.updatedAt = isoSeconds(updatedAtOf(context, basis, edit));
    this.closedAt = state === 'OPEN' ? null : endedAt;
    this.mergedAt = state === 'MERGED' ? endedAt : null;
    this.changedFiles = basis.filesTotal;
    this.commitsTotal = basis.commitsTotal;
    this.baseRefName = random.chance(0.03) ? 'release/1.x' : 'main';
    this.headRefName = basis.headRefName;
    this.baseRefOid = objectId(context.seed, number, STREAM.oid, 0xba5e);
    this.author = basis.author;
    this.mergedBy = state === 'MERGED' ? context.actors.user(random) : null;
    const mergeOid = basis.mergeCommitOid ?? objectId(context.seed, number, STREAM.oid, 0x3e63e);
    this.mergeCommit = state === 'MERGED' ? { __typename: 'Commit', oid: mergeOid } : null;
  }

  get merged(): boolean {
    return this.state === 'MERGED';
  }

  get closed(): boolean {
    return this.state !== 'OPEN';
  }

  get permalink(): string {
    return this.url;
  }

  get headRefOid(): string {
    return this.#basis.commitOid(Math.max(0, this.commitsTotal - 1));
  }

  get additions(): number {
    return this.allFiles.reduce((sum, file) => sum + file.additions, 0);
  }

  get deletions(): number {
    return this.allFiles.reduce((sum, file) => sum + file.deletions, 0);
  }

  /** Comments of the conversation and of the reviews, without deriving them. */
  get totalCommentsCount(): number {
    const inReviews = this.#reviewPlans.reduce((sum, plan) => sum + plan.comments, 0);
    return inReviews + planComments(this.#context, this.number, this.#override) + (this.#edit?.comments.length ?? 0);
  }

  /** Every file, also those that GitHub does not serve. */
  get allFiles(): readonly FileRecord[] {
    this.#files ??= this.#basis.files();
    return this.#files;
  }

  /** The files that GitHub serves. */
  get servedFiles(): readonly FileRecord[] {
    return this.changedFiles > SOURCE_CEILING.files ? this.allFiles.slice(0, SOURCE_CEILING.files) : this.allFiles;
  }

  /** The commits that GitHub serves. */
  get servedCommits(): readonly CommitRecord[] {
    return this.#basis.commits(SOURCE_CEILING.commits);
  }

  get reviewRecords(): readonly ReviewRecord[] {
    if (!this.#reviews) {
      const plans = this.#reviewPlans;
      const paths = plans.some((plan) => plan.comments > 0) ? this.servedFiles.map((file) => file.path) : [];
      this.#reviews = deriveReviews(this.#context, this.#basis, plans, this.url, paths);
    }
    return this.#reviews;
  }

  get reviewCommentRecords(): readonly ReviewCommentRecord[] {
    return this.reviewRecords.flatMap((review) => review.reviewComments);
  }

  get commentRecords(): readonly CommentRecord[] {
    this.#comments ??= deriveComments(
      this.#context,
      this.#basis,
      planComments(this.#context, this.number, this.#override),
      this.#edit?.comments ?? [],
      this.url,
    );
    return this.#comments;
  }

  get #reviewPlans(): readonly ReviewPlan[] {
    this.#plans ??= planReviews(this.#context, this.number, this.#override);
    return this.#plans;
  }
}
