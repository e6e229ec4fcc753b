import { parseNodeId } from '../history/identifiers.ts';
import type { PullRequest } from '../history/pull-request.ts';
import type { ReviewRecord } from '../history/records.ts';
import type { Repositories } from '../history/repositories.ts';
import type { SandboxRepository } from '../history/repository.ts';
import { typedError } from './errors.ts';

/** What `rateLimit` answers for the query that is being executed. */
export interface RateLimitRecord {
  readonly limit: number;
  readonly cost: number;
  readonly remaining: number;
  readonly used: number;
  readonly resetAt: string;
  readonly nodeCount: number;
}

export interface Viewer {
  readonly login: string;
  readonly databaseId: number;
}

/** One query's view of the sandbox. It remembers the pull requests that it derived, so that a review's siblings are cheap. */
export class QueryContext {
  readonly viewer: Viewer;
  readonly rateLimit: RateLimitRecord;
  /** `rateLimit(dryRun: true)`: the query is priced, not evaluated. */
  readonly dryRun: boolean;
  readonly #repositories: Repositories;
  readonly #sees: (repository: SandboxRepository) => boolean;
  readonly #derived = new Map<number, Map<number, PullRequest | null>>();

  constructor(options: {
    readonly repositories: Repositories;
    readonly sees: (repository: SandboxRepository) => boolean;
    readonly viewer: Viewer;
    readonly rateLimit: RateLimitRecord;
    readonly dryRun: boolean;
  }) {
    this.viewer = options.viewer;
    this.rateLimit = options.rateLimit;
    this.dryRun = options.dryRun;
    this.#repositories = options.repositories;
    this.#sees = options.sees;
  }

  /** @throws GraphQLError NOT_FOUND, in GitHub's words, also for a repository that the token may not see. */
  repository(owner: string, name: string, followRenames: boolean): SandboxRepository {
    const lookup = this.#repositories.byName(owner, name);
    if (!lookup || (lookup.renamed && !followRenames) || !this.#sees(lookup.found)) {
      throw typedError('NOT_FOUND', `Could not resolve to a Repository with the name '${owner}/${name}'.`);
    }
    return lookup.found;
  }

  pullRequest(repository: SandboxRepository, number: number): PullRequest | null {
    let known = this.#derived.get(repository.databaseId);
    if (!known) {
      known = new Map();
      this.#derived.set(repository.databaseId, known);
    }
    const derived = known.get(number);
    if (derived !== undefined) return derived;
    const made = repository.pullRequest(number);
    known.set(number, made);
    return made;
  }

  /** The record behind a global id. @throws GraphQLError NOT_FOUND. */
  node(id: string): SandboxRepository | PullRequest | ReviewRecord | object {
    const reference = parseNodeId(id);
    const repository = reference ? this.#repositories.byId(reference.repositoryId) : null;
    if (reference && repository && this.#sees(repository)) {
      if (reference.type === 'Repository') return repository;
      const pullRequest = this.pullRequest(repository, reference.number);
      const found =
        pullRequest &&
        {
          PullRequest: () => pullRequest,
          PullRequestReview: () => pullRequest.reviewRecords[reference.index],
          PullRequestReviewComment: () => pullRequest.reviewCommentRecords[reference.index],
          PullRequestReviewThread: () => undefined,
          IssueComment: () => pullRequest.commentRecords[reference.index],
        }[reference.type]();
      if (found) return found;
    }
    throw typedError('NOT_FOUND', `Could not resolve to a node with the global id of '${id}'`);
  }
}
