import type { GraphQLFieldResolver, GraphQLSchema } from 'graphql';
import { GraphQLError, GraphQLObjectType } from 'graphql';
import { nodeId, parseNodeId } from '../history/identifiers.ts';
import type { PullRequest } from '../history/pull-request.ts';
import type { ReviewCommentRecord, ReviewRecord } from '../history/records.ts';
import type { SandboxRepository } from '../history/repository.ts';
import type { PageArguments } from './connection.ts';
import { pageOfList } from './connection.ts';
import type { QueryContext } from './context.ts';
import { typedError } from './errors.ts';
import type { PullRequestsArguments } from './pull-request-pages.ts';
import { pageOfPullRequests } from './pull-request-pages.ts';

type Resolver<Source, Arguments = object> = (source: Source, args: Arguments, context: QueryContext) => unknown;

/** Gives the error to the place of the one node that failed, so that its siblings are still served. */
function nodeOrError(context: QueryContext, id: string): unknown {
  try {
    return context.node(id);
  } catch (thrown) {
    if (thrown instanceof GraphQLError) return thrown;
    throw thrown;
  }
}

const query: Record<string, Resolver<unknown, never>> = {
  viewer: (_source, _args, { viewer }) => ({ __typename: 'User', id: `U_${viewer.databaseId}`, name: null, ...viewer }),
  rateLimit: (_source, _args, context) => context.rateLimit,
  repository: (_source, args: { owner: string; name: string; followRenames: boolean }, context) =>
    context.dryRun ? null : context.repository(args.owner, args.name, args.followRenames),
  node: (_source, args: { id: string }, context) => (context.dryRun ? null : context.node(args.id)),
  nodes: (_source, args: { ids: readonly string[] }, context) =>
    context.dryRun ? [] : args.ids.map((id) => nodeOrError(context, id)),
};

const repository: Record<string, Resolver<SandboxRepository, never>> = {
  owner: ({ owner }) => ({
    __typename: 'Organization',
    id: `O_${owner}`,
    login: owner,
    name: owner,
    url: `https://github.com/${owner}`,
    resourcePath: `/${owner}`,
    avatarUrl: `https://avatars.githubusercontent.com/${owner}`,
  }),
  stargazerCount: ({ databaseId }) => databaseId % 90_000,
  forkCount: ({ databaseId }) => databaseId % 9_000,
  pushedAt: ({ updatedAt }) => updatedAt,
  defaultBranchRef: () => ({ __typename: 'Ref', id: 'REF_main', name: 'main' }),
  pullRequest: (source, args: { number: number }, context) => {
    const found = context.pullRequest(source, args.number);
    if (!found) throw typedError('NOT_FOUND', `Could not resolve to a PullRequest with the number of ${args.number}.`);
    return found;
  },
  pullRequests: (source, args: PullRequestsArguments, context) =>
    pageOfPullRequests(source, args, (number) => context.pullRequest(source, number)),
};

/** A thread is a comment that answers none, with its answers. */
function reviewThreads(source: PullRequest): readonly object[] {
  const comments = source.reviewCommentRecords;
  const repositoryId = parseNodeId(source.id)?.repositoryId ?? 0;
  return comments
    .filter((comment) => comment.replyTo === null)
    .map((root: ReviewCommentRecord, index) => ({
      __typename: 'PullRequestReviewThread',
      id: nodeId('PullRequestReviewThread', repositoryId, source.number, index),
      isResolved: index % 3 === 0,
      isOutdated: root.outdated,
      isCollapsed: root.outdated,
      path: root.path,
      line: root.line,
      originalLine: root.originalLine,
      subjectType: 'LINE',
      threadComments: [root, ...comments.filter((comment) => comment.replyTo?.id === root.id)],
    }));
}

const pullRequest: Record<string, Resolver<PullRequest, PageArguments>> = {
  files: (source, args) => pageOfList(source.servedFiles, args),
  reviews: (source, args) => pageOfList(source.reviewRecords, args),
  comments: (source, args) => pageOfList(source.commentRecords, args),
  commits: (source, args) =>
    pageOfList(
      source.servedCommits.map((commit) => ({ id: `PURC_${source.number}_${commit.oid}`, commit })),
      args,
      source.commitsTotal,
    ),
  reviewThreads: (source, args) => pageOfList(reviewThreads(source), args),
};

const review: Record<string, Resolver<ReviewRecord, PageArguments>> = {
  comments: (source, args) => pageOfList(source.reviewComments, args),
};

const thread: Record<string, Resolver<{ readonly threadComments: readonly ReviewCommentRecord[] }, PageArguments>> = {
  comments: (source, args) => pageOfList(source.threadComments, args),
};

function attach<Source>(
  schema: GraphQLSchema,
  typeName: string,
  resolvers: Record<string, Resolver<Source, never>>,
): void {
  const type = schema.getType(typeName);
  if (!(type instanceof GraphQLObjectType)) throw new Error(`the schema has no object type ${typeName}`);
  const fields = type.getFields();
  for (const [name, resolve] of Object.entries(resolvers)) {
    const field = fields[name];
    if (!field) throw new Error(`the schema has no field ${typeName}.${name}`);
    field.resolve = (source: Source, args, context) => resolve(source, args as never, context as QueryContext);
  }
}

/** Attaches what cannot be read from the records by name: the entry points and the connections. */
export function attachResolvers(schema: GraphQLSchema): void {
  attach(schema, 'Query', query);
  attach(schema, 'Repository', repository);
  attach(schema, 'PullRequest', pullRequest);
  attach(schema, 'PullRequestReview', review);
  attach(schema, 'PullRequestReviewThread', thread);
}

/**
 * Reads a field from the record by its name. A field that the sandbox does not have is an error that says so, and not
 * the null that GitHub would never have sent.
 */
export const readField: GraphQLFieldResolver<Record<string, unknown>, QueryContext> = (
  source,
  _args,
  _context,
  info,
) => {
  const value = source[info.fieldName];
  if (value === undefined)
    throw new GraphQLError(`The sandbox does not serve ${info.parentType.name}.${info.fieldName}`);
  return typeof value === 'function' ? value.call(source) : value;
};
