import { OperatorError } from '../../errors.ts';
import type { GitHubClient } from '../../github/client.ts';
import { ENUMERATE_DOCUMENT, type EnumerateAnswer } from '../../github/graphql/documents.ts';
import type { EnumeratedNode } from '../../github/graphql/nodes.ts';
import { GitHubRefusal } from '../../github/refusals.ts';
import type { EnumeratedItem } from '../../store/rows.ts';
import type { Emit } from '../capabilities.ts';
import { refusalText } from '../capture/page-fetcher.ts';
import { afterAnswer, afterRefusal, initialPageSize } from '../capture/page-size.ts';
import { weigh } from './chunk-size.ts';

/** GitHub's maximum, and one point. */
const PAGE = 100;
const ATTEMPTS_AT_ONE = 3;

export interface EnumeratedPage {
  readonly items: readonly EnumeratedItem[];
  /** Opaque; null when there was nothing on the page. */
  readonly cursor: string | null;
  readonly done: boolean;
  /** GitHub's `pullRequests.totalCount`. */
  readonly total: number;
}

/** `created`: oldest first, so that new pull requests only append and the cursor is stable. `updated`: latest change first. */
export type EnumerationOrder = 'created' | 'updated';

const ORDERS = {
  created: { field: 'CREATED_AT', direction: 'ASC' },
  updated: { field: 'UPDATED_AT', direction: 'DESC' },
} as const;

/** Lists the pull requests of a repository page by page, with what sizes them but costs nothing. */
export class Enumerator {
  readonly #github: GitHubClient;
  readonly #repositoryNodeId: string;
  readonly #emit: Emit;
  #page = initialPageSize(PAGE, PAGE);

  constructor(github: GitHubClient, repositoryNodeId: string, emit: Emit) {
    this.#github = github;
    this.#repositoryNodeId = repositoryNodeId;
    this.#emit = emit;
  }

  /** The page after `cursor`. A refused page is asked for again smaller. @throws OperatorError when even one is refused. */
  async page(order: EnumerationOrder, cursor: string | null, signal: AbortSignal): Promise<EnumeratedPage> {
    for (let attemptsAtOne = 0; ; ) {
      const first = this.#page.size;
      try {
        const answer = await this.#github.graphql<EnumerateAnswer>({
          document: ENUMERATE_DOCUMENT,
          variables: { repository: this.#repositoryNodeId, first, after: cursor, orderBy: ORDERS[order] },
          signal,
        });
        const connection = answer.data.node?.pullRequests;
        if (!connection) {
          throw new OperatorError('GitHub no longer has this repository', {
            code: 'repository_gone',
            nextSteps: ['What is captured is kept: capture-cli backfill status'],
          });
        }
        this.#page = afterAnswer(this.#page, first, answer.elapsedMs);
        return {
          items: connection.nodes.filter((node): node is EnumeratedNode => node !== null).map(toItem),
          cursor: connection.pageInfo.endCursor ?? cursor,
          done: !connection.pageInfo.hasNextPage,
          total: connection.totalCount,
        };
      } catch (thrown) {
        if (!(thrown instanceof GitHubRefusal)) {
          throw thrown;
        }
        attemptsAtOne += first === 1 ? 1 : 0;
        if (attemptsAtOne >= ATTEMPTS_AT_ONE) {
          throw new OperatorError(`GitHub does not list the pull requests: ${refusalText(thrown)}`, {
            code: 'github_failing',
            nextSteps: [
              'See https://www.githubstatus.com',
              'Run the same command again later: what is captured is kept',
            ],
            cause: thrown,
          });
        }
        this.#page = afterRefusal(this.#page, first);
        if (first > 1) {
          this.#emit({ event: 'page.shrunk', reason: refusalText(thrown), from: first, to: this.#page.size });
        }
      }
    }
  }

  /** Every page, oldest pull request first. */
  async *all(signal: AbortSignal): AsyncGenerator<EnumeratedPage> {
    for (let cursor: string | null = null; ; ) {
      const page: EnumeratedPage = await this.page('created', cursor, signal);
      yield page;
      if (page.done) {
        return;
      }
      cursor = page.cursor;
    }
  }

  /** Pages of what changed at or after `since`, latest change first. */
  async *touchedSince(since: number, signal: AbortSignal): AsyncGenerator<EnumeratedPage> {
    for (let cursor: string | null = null; ; ) {
      const page: EnumeratedPage = await this.page('updated', cursor, signal);
      const items = page.items.filter((item) => Date.parse(item.updated_at) >= since);
      const done = page.done || items.length < page.items.length;
      yield { ...page, items, done };
      if (done) {
        return;
      }
      cursor = page.cursor;
    }
  }
}

function toItem(node: EnumeratedNode): EnumeratedItem {
  return {
    number: node.number,
    node_id: node.id,
    updated_at: node.updatedAt,
    weight: weigh({ changedFiles: node.changedFiles, totalComments: node.totalCommentsCount ?? 0 }),
  };
}
