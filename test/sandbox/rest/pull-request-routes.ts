import type { Actions } from '../actions/actions.ts';
import type { PullRequest } from '../history/pull-request.ts';
import type { SandboxRepository } from '../history/repository.ts';
import { CommentIndex } from './comment-index.ts';
import { pagedResult } from './pages.ts';
import { listProposals } from './proposal-routes.ts';
import * as represent from './representations.ts';
import type { RepositoryRoute, RestCall, RestResult, RestRoute } from './routes.ts';
import { REST_NOT_FOUND, repositoryRoute } from './routes.ts';

function apiUrl(call: RestCall, repository: SandboxRepository): string {
  return `${call.baseUrl}/repos/${repository.nameWithOwner}`;
}

/** The path that GitHub's Link headers use: by id, so that it outlives a rename. */
function linkPath(repository: SandboxRepository, rest: string): string {
  return `/repositories/${repository.databaseId}${rest}`;
}

/** A route below one pull request that exists. */
function pullRequestRoute(
  path: string,
  answer: (call: RestCall, repository: SandboxRepository, pullRequest: PullRequest) => RestResult,
): RepositoryRoute {
  return {
    method: 'GET',
    path,
    answer: (call, repository) => {
      const found = repository.pullRequest(Number(call.params['number']));
      return found ? answer(call, repository, found) : REST_NOT_FOUND;
    },
  };
}

/** A listing of what one pull request has. */
function childRoute<Row>(
  path: string,
  rows: (pullRequest: PullRequest) => readonly Row[],
  row: (each: Row, call: RestCall, repository: SandboxRepository, pullRequest: PullRequest) => unknown,
): RepositoryRoute {
  return pullRequestRoute(path, (call, repository, pullRequest) => {
    const all = rows(pullRequest);
    const own = path.replace('{number}', String(pullRequest.number));
    return pagedResult(call, linkPath(repository, own), all.length, (from, to) =>
      all.slice(from, to).map((each) => row(each, call, repository, pullRequest)),
    );
  });
}

/** REST's review comments name their review. */
function reviewCommentRows(pullRequest: PullRequest) {
  return pullRequest.reviewRecords.flatMap((review) =>
    review.reviewComments.map((comment) => ({ comment, reviewId: review.fullDatabaseId })),
  );
}

function pullsList(call: RestCall, repository: SandboxRepository): RestResult {
  const state = call.query.get('state') ?? 'open';
  const sort = call.query.get('sort') ?? 'created';
  // GitHub's default: newest first when sorted by creation, else ascending.
  const ascending = (call.query.get('direction') ?? (sort === 'created' ? 'desc' : 'asc')) === 'asc';
  const states = state === 'all' ? null : state === 'closed' ? (['CLOSED', 'MERGED'] as const) : (['OPEN'] as const);
  const { numbers } = repository.ordered(sort === 'updated' ? 'UPDATED_AT' : 'CREATED_AT', states);
  return pagedResult(call, linkPath(repository, '/pulls'), numbers.length, (from, to) => {
    const wanted = ascending
      ? numbers.slice(from, to)
      : numbers.slice(numbers.length - to, numbers.length - from).reverse();
    return wanted.flatMap((number) => {
      const found = repository.pullRequest(number);
      return found ? [represent.pullRequestSimple(found, apiUrl(call, repository))] : [];
    });
  });
}

/** The comments of all pull requests in one listing, a hundred a request. */
function repositoryWide<Row extends { readonly createdAt: string; readonly updatedAt: string }>(
  path: string,
  rows: (pullRequest: PullRequest) => readonly Row[],
  row: (each: Row, pullRequest: PullRequest, call: RestCall, repository: SandboxRepository) => unknown,
): RepositoryRoute {
  const index = new CommentIndex((repository, number) => {
    const found = repository.pullRequest(number);
    return found ? rows(found) : [];
  });
  return {
    method: 'GET',
    path,
    answer: (call, repository) => {
      const places = index.places(repository, call.query);
      return pagedResult(call, linkPath(repository, path), places.length, (from, to) =>
        places.slice(from, to).flatMap((place) => {
          const pullRequest = repository.pullRequest(place.number);
          const each = pullRequest ? rows(pullRequest)[place.index] : undefined;
          return pullRequest && each ? [row(each, pullRequest, call, repository)] : [];
        }),
      );
    },
  };
}

/** Pull requests and what belongs to them. Made anew for each sandbox: the listings remember their order. */
export function pullRequestRoutes(actions: Actions): readonly RestRoute[] {
  const pullUrl = (call: RestCall, repository: SandboxRepository, pullRequest: PullRequest) =>
    `${apiUrl(call, repository)}/pulls/${pullRequest.number}`;
  const issueUrl = (call: RestCall, repository: SandboxRepository, pullRequest: PullRequest) =>
    `${apiUrl(call, repository)}/issues/${pullRequest.number}`;
  const routes: readonly RepositoryRoute[] = [
    {
      method: 'GET',
      path: '',
      answer: (call, repository) => ({ status: 200, body: represent.repository(repository, call.baseUrl) }),
    },
    {
      method: 'GET',
      path: '/pulls',
      answer: (call, repository) =>
        call.query.has('head') ? listProposals(actions, call, repository) : pullsList(call, repository),
    },
    pullRequestRoute('/pulls/{number}', (call, repository, found) => ({
      status: 200,
      body: represent.pullRequest(found, apiUrl(call, repository)),
    })),
    childRoute('/pulls/{number}/files', (pr) => pr.servedFiles, represent.file),
    childRoute('/pulls/{number}/reviews', (pr) => pr.reviewRecords, represent.review),
    childRoute('/pulls/{number}/commits', (pr) => pr.servedCommits, represent.commit),
    childRoute('/pulls/{number}/comments', reviewCommentRows, ({ comment, reviewId }, call, repository, pr) =>
      represent.reviewComment(comment, reviewId, pullUrl(call, repository, pr)),
    ),
    childRoute(
      '/issues/{number}/comments',
      (pr) => pr.commentRecords,
      (comment, call, repository, pr) => represent.issueComment(comment, issueUrl(call, repository, pr)),
    ),
    repositoryWide(
      '/pulls/comments',
      (pr) => reviewCommentRows(pr).map(({ comment, reviewId }) => ({ ...comment, reviewId })),
      (comment, pr, call, repository) =>
        represent.reviewComment(comment, comment.reviewId, pullUrl(call, repository, pr)),
    ),
    repositoryWide(
      '/issues/comments',
      (pr) => pr.commentRecords,
      (comment, pr, call, repository) => represent.issueComment(comment, issueUrl(call, repository, pr)),
    ),
  ];
  return routes.flatMap(repositoryRoute);
}
