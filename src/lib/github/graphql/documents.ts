/**
 * The GraphQL documents, priced by GitHub's formula (https://docs.github.com/en/graphql/overview/rate-limits-and-query-limits-for-the-graphql-api):
 * the requests needed to fill every connection, divided by 100 and rounded. `n` pull requests with four inner
 * connections are 1 + 4n requests, so 37 of them are the most that one point buys.
 */

import type { Connection, EnumeratedNode, PullRequestNode, ReviewWithComments } from './nodes.ts';

/** Pull requests with four inner connections that one point buys: round((1 + 4 × 37) / 100) = 1. */
export const MAX_PULL_REQUESTS_PER_POINT = 37;

/** Reviews with their comments that one point buys, in two lists of ids: round((2 + 147) / 100) = 1. */
export const MAX_REVIEWS_PER_POINT = 147;

/** GitHub takes at most 100 ids in one `nodes(ids:)`. */
export const MAX_NODE_IDS = 100;

const RATE_LIMIT = 'rateLimit { limit cost remaining resetAt }';

export interface RepositoryAnswer {
  readonly repository: {
    readonly id: string;
    readonly databaseId: number;
    readonly nameWithOwner: string;
    readonly owner: { readonly login: string };
    readonly name: string;
    readonly isPrivate: boolean;
    readonly createdAt: string;
    readonly defaultBranchRef: { readonly name: string } | null;
    readonly pullRequests: {
      readonly totalCount: number;
      readonly nodes: readonly ({ readonly updatedAt: string } | null)[];
    };
  } | null;
}

/** Follows renames: the answer carries today's name. */
export const REPOSITORY_DOCUMENT = `query Repository($owner: String!, $name: String!) {
  repository(owner: $owner, name: $name) {
    id databaseId nameWithOwner owner { login } name isPrivate createdAt
    defaultBranchRef { name }
    pullRequests(first: 1, orderBy: { field: UPDATED_AT, direction: DESC }) { totalCount nodes { updatedAt } }
  }
  ${RATE_LIMIT}
}`;

export interface EnumerateAnswer {
  readonly node: { readonly pullRequests: Connection<EnumeratedNode> } | null;
}

/** One point for 100 pull requests. By node id, so that a rename between two pages changes nothing. */
export const ENUMERATE_DOCUMENT = `query Enumerate($repository: ID!, $first: Int!, $after: String, $orderBy: IssueOrder!) {
  node(id: $repository) {
    ... on Repository {
      pullRequests(first: $first, after: $after, orderBy: $orderBy) {
        totalCount
        pageInfo { hasNextPage endCursor }
        nodes { id number updatedAt changedFiles totalCommentsCount }
      }
    }
  }
  ${RATE_LIMIT}
}`;

/** The four connections of a pull request that are asked for with it. */
export const INNER_CONNECTIONS = ['files', 'reviews', 'comments', 'commits'] as const;
export type InnerConnection = (typeof INNER_CONNECTIONS)[number];

const ACTOR = `__typename login avatarUrl
  ... on Node { id }
  ... on User { databaseId }
  ... on Bot { databaseId }
  ... on Mannequin { databaseId }
  ... on Organization { databaseId }`;

const NODE_FIELDS: Readonly<Record<InnerConnection, string>> = {
  files: 'path additions deletions changeType',
  reviews: `id fullDatabaseId author { ${ACTOR} } state body commit { oid } submittedAt createdAt updatedAt`,
  comments: `id fullDatabaseId author { ${ACTOR} } body createdAt updatedAt`,
  commits: `commit { oid message authoredDate committedDate
    author { name user { __typename id login avatarUrl databaseId } }
    committer { name user { __typename id login avatarUrl databaseId } } }`,
};

const CORE_FIELDS = `id fullDatabaseId number title body state isDraft locked url createdAt updatedAt closedAt mergedAt
  additions deletions changedFiles baseRefName headRefName baseRefOid headRefOid mergeCommit { oid } totalCommentsCount
  author { ${ACTOR} } mergedBy { ${ACTOR} }`;

function connection(kind: InnerConnection, page = 'first: 100'): string {
  return `${kind}(${page}) { totalCount pageInfo { hasNextPage endCursor } nodes { ${NODE_FIELDS[kind]} } }`;
}

export interface HydrateAnswer {
  readonly nodes: readonly (PullRequestNode | null)[];
}

/**
 * Pull requests by node id with the first 100 of each kind asked for. Reviews without comments still ask for the number of
 * comments on the conversation: subtracted from `totalCommentsCount` it is the number of review comments.
 */
export function hydrateDocument(kinds: readonly InnerConnection[]): string {
  const inner = kinds.map((kind) => connection(kind));
  if (kinds.includes('reviews') && !kinds.includes('comments')) {
    inner.push('comments(first: 1) { totalCount pageInfo { hasNextPage endCursor } nodes { id } }');
  }
  return `query Hydrate($ids: [ID!]!) {
  nodes(ids: $ids) { __typename ... on PullRequest { ${CORE_FIELDS} ${inner.join('\n')} } }
  ${RATE_LIMIT}
}`;
}

export interface Continuation {
  readonly pullRequest: string;
  readonly kind: InnerConnection;
  readonly after: string;
}

/** The next `first` nodes of several inner connections at once, answered under the aliases `c0`, `c1`, ... */
export function continuationDocument(
  continuations: readonly Continuation[],
  first: number,
): {
  readonly document: string;
  readonly variables: Readonly<Record<string, string>>;
} {
  const variables: Record<string, string> = {};
  const parameters: string[] = [];
  const fields = continuations.map(({ pullRequest, kind, after }, index) => {
    variables[`id${index}`] = pullRequest;
    variables[`after${index}`] = after;
    parameters.push(`$id${index}: ID!, $after${index}: String!`);
    return `c${index}: node(id: $id${index}) { ... on PullRequest { ${connection(kind, `first: ${first}, after: $after${index}`)} } }`;
  });
  return {
    document: `query Continue(${parameters.join(', ')}) {\n  ${fields.join('\n  ')}\n  ${RATE_LIMIT}\n}`,
    variables,
  };
}

export interface ReviewCommentsAnswer {
  readonly first: readonly (ReviewWithComments | null)[];
  readonly second: readonly (ReviewWithComments | null)[];
}

const REVIEW_COMMENTS = `totalCount pageInfo { hasNextPage endCursor }
  nodes { id fullDatabaseId author { ${ACTOR} } body path position originalPosition line originalLine diffHunk outdated
    commit { oid } originalCommit { oid } replyTo { fullDatabaseId } createdAt updatedAt }`;

/** The comments of up to 147 reviews, in two lists of at most 100 ids. */
export const REVIEW_COMMENTS_DOCUMENT = `query ReviewComments($first: [ID!]!, $second: [ID!]!) {
  first: nodes(ids: $first) { ...WithComments }
  second: nodes(ids: $second) { ...WithComments }
  ${RATE_LIMIT}
}
fragment WithComments on PullRequestReview { id fullDatabaseId comments(first: 100) { ${REVIEW_COMMENTS} } }`;

export interface MoreReviewCommentsAnswer {
  readonly node: ReviewWithComments | null;
}

export const MORE_REVIEW_COMMENTS_DOCUMENT = `query MoreReviewComments($id: ID!, $first: Int!, $after: String!) {
  node(id: $id) { ... on PullRequestReview { id fullDatabaseId comments(first: $first, after: $after) { ${REVIEW_COMMENTS} } } }
  ${RATE_LIMIT}
}`;

/** The cheapest query there is: tells an outage from a page that is too heavy. */
export const PROBE_DOCUMENT = `query Probe { ${RATE_LIMIT} }`;
