import { messageOf } from '../../errors.ts';
import type { GitHubClient } from '../../github/client.ts';
import { type HydrateAnswer, hydrateDocument, type InnerConnection } from '../../github/graphql/documents.ts';
import type { PullRequestNode } from '../../github/graphql/nodes.ts';
import { GitHubRefusal } from '../../github/refusals.ts';
import type { PullRequestsPayload, Receipt } from '../../store/rows.ts';
import type { ChunkTarget } from '../../store/work-orders.ts';
import type { Emit } from '../capabilities.ts';
import { ActorDirectory } from './actors.ts';
import { type DrainedChildren, drainChildren } from './drain.ts';
import type { PageFetcher } from './page-fetcher.ts';
import { type CapturedPullRequest, captureRows } from './pull-request-rows.ts';

interface Hydrated {
  readonly node: PullRequestNode;
  readonly children: DrainedChildren;
}

/**
 * Fetches the pull requests of a chunk with all children of the kinds asked for, every inner page drained, as one payload to
 * commit. Each target gets its receipt: captured, gone (GitHub has it no more) or quarantined with the reason.
 */
export async function hydrateChunk(
  github: GitHubClient,
  fetcher: PageFetcher,
  targets: readonly ChunkTarget[],
  kinds: readonly InnerConnection[],
  emit: Emit,
  signal: AbortSignal,
): Promise<PullRequestsPayload> {
  const document = hydrateDocument(kinds);
  const hydrated = new Map<number, Hydrated>();
  const receipts: Receipt[] = [];
  const setAside = await fetcher.fetchAll(
    targets,
    async (page, pageSignal) => {
      const answer = await github.graphql<HydrateAnswer>({
        document,
        variables: { ids: page.map((target) => target.node_id) },
        signal: pageSignal,
      });
      const gone = new Set(answer.notFound.map((path) => path[1]));
      const nodes = answer.data.nodes.filter((node): node is PullRequestNode => node?.__typename === 'PullRequest');
      const drained = await drainChildren(github, nodes, kinds, emit, pageSignal);
      for (const [index, target] of page.entries()) {
        const node = answer.data.nodes[index];
        if (node?.__typename === 'PullRequest') {
          hydrated.set(target.number, { node, children: drained.get(node.id) ?? {} });
        } else if (gone.has(index)) {
          receipts.push({ number: target.number, status: 'gone', reason: 'GitHub no longer has it' });
        } else {
          throw new GitHubRefusal('partial_answer', `GitHub answered nothing for pull request ${target.number}`, 200);
        }
      }
      return answer.elapsedMs;
    },
    signal,
  );
  for (const { target, reason } of setAside) {
    receipts.push({ number: target.number, status: 'quarantined', reason });
  }
  return toPayload([...hydrated.values()], kinds, receipts);
}

function toPayload(
  hydrated: readonly Hydrated[],
  kinds: readonly InnerConnection[],
  receipts: readonly Receipt[],
): PullRequestsPayload {
  const actors = new ActorDirectory();
  const done = [...receipts];
  const captured: CapturedPullRequest[] = [];
  for (const { node, children } of hydrated) {
    try {
      captured.push(captureRows(node, children, kinds, actors));
      done.push({ number: node.number, status: 'captured', reason: null });
    } catch (thrown) {
      // One pull request that cannot be stored must not take its chunk with it.
      done.push({ number: node.number, status: 'quarantined', reason: messageOf(thrown) });
    }
  }
  return {
    actors: actors.rows(),
    pull_requests: captured.map((rows) => rows.pullRequest),
    ...Object.fromEntries(kinds.map((kind) => [kind, captured.flatMap((rows) => rows[kind] as readonly object[])])),
    review_candidates: captured.flatMap((rows) => rows.candidates),
    receipts: done,
  };
}
