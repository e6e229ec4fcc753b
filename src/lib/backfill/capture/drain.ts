import type { GitHubClient } from '../../github/client.ts';
import { type Continuation, continuationDocument, type InnerConnection } from '../../github/graphql/documents.ts';
import type {
  CommitNode,
  Connection,
  FileNode,
  IssueCommentNode,
  PageInfo,
  PullRequestNode,
  ReviewNode,
} from '../../github/graphql/nodes.ts';
import { GitHubRefusal } from '../../github/refusals.ts';
import type { Emit } from '../capabilities.ts';
import { refusalText } from './page-fetcher.ts';

/** The children of one pull request, drained to the end. A kind that was not asked for is absent. */
export interface DrainedChildren {
  readonly files?: readonly FileNode[];
  readonly reviews?: readonly ReviewNode[];
  readonly comments?: readonly IssueCommentNode[];
  readonly commits?: readonly CommitNode[];
}

/** Connections continued in one request: 20 of them are still one point. */
const MAX_CONNECTIONS = 20;
/** Nodes of a connection in one request: GitHub's maximum, and where shrinking ends. */
export const MAX_NODES = 100;
export const MIN_NODES = 6;

/**
 * Follows every inner connection that has a next page, several of them in one request, until none has.
 * A refused request is followed by a smaller one: fewer connections, then fewer nodes of one.
 *
 * @throws GitHubRefusal when not even a few nodes of one connection are answered.
 */
export async function drainChildren(
  github: GitHubClient,
  pullRequests: readonly PullRequestNode[],
  kinds: readonly InnerConnection[],
  emit: Emit,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, DrainedChildren>> {
  const collected = new Map<string, Partial<Record<InnerConnection, unknown[]>>>();
  const open: Continuation[] = [];
  const take = (pullRequest: string, kind: InnerConnection, connection: Connection<unknown> | null | undefined) => {
    const children = collected.get(pullRequest) ?? {};
    collected.set(pullRequest, children);
    const list = children[kind] ?? [];
    children[kind] = list;
    for (const node of connection?.nodes ?? []) {
      if (node === null) {
        throw new GitHubRefusal('partial_answer', `GitHub left out some ${kind}`, 200);
      }
      list.push(node);
    }
    const after = connection ? nextCursor(connection.pageInfo) : null;
    if (after !== null) {
      open.push({ pullRequest, kind, after });
    }
  };
  for (const node of pullRequests) {
    for (const kind of kinds) {
      take(node.id, kind, node[kind]);
    }
  }
  let width = MAX_CONNECTIONS;
  let nodes = MAX_NODES;
  while (open.length > 0) {
    const round = open.slice(0, width);
    try {
      const connections = await continueRound(github, round, nodes, signal);
      open.splice(0, round.length);
      for (const [index, { pullRequest, kind }] of round.entries()) {
        take(pullRequest, kind, connections[index]);
      }
    } catch (thrown) {
      if (!(thrown instanceof GitHubRefusal) || (round.length === 1 && nodes <= MIN_NODES)) {
        throw thrown;
      }
      const asked = round.length * nodes;
      if (round.length > 1) {
        width = Math.floor(round.length / 2);
      } else {
        nodes = Math.floor(nodes / 2);
      }
      emit({
        event: 'page.shrunk',
        reason: refusalText(thrown),
        from: asked,
        to: Math.min(width, round.length) * nodes,
      });
    }
  }
  return collected as ReadonlyMap<string, DrainedChildren>;
}

async function continueRound(
  github: GitHubClient,
  round: readonly Continuation[],
  nodes: number,
  signal: AbortSignal,
): Promise<readonly Connection<unknown>[]> {
  const answer = await github.graphql<Record<string, Partial<Record<InnerConnection, Connection<unknown>>> | null>>({
    ...continuationDocument(round, nodes),
    signal,
  });
  return round.map(({ kind }, index) => {
    const connection = answer.data[`c${index}`]?.[kind];
    if (!connection) {
      throw new GitHubRefusal('partial_answer', `GitHub left out some ${kind}`, 200);
    }
    return connection;
  });
}

/** @throws GitHubRefusal when GitHub says there is more but not where. */
function nextCursor(page: PageInfo): string | null {
  if (!page.hasNextPage) {
    return null;
  }
  if (page.endCursor === null) {
    throw new GitHubRefusal('partial_answer', 'GitHub answered a page without its end cursor', 200);
  }
  return page.endCursor;
}
