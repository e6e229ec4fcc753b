import type { Clock } from '../../clock.ts';
import { messageOf } from '../../errors.ts';
import type { GitHubClient } from '../../github/client.ts';
import { MAX_PULL_REQUESTS_PER_POINT, MAX_REVIEWS_PER_POINT } from '../../github/graphql/documents.ts';
import { RateLimitPause } from '../../github/refusals.ts';
import type { ChildKind } from '../../progress/events.ts';
import type { BackfillStore } from '../../store/procedures.ts';
import type { CommitAnswer, PullRequestsPayload, ReviewCommentsPayload } from '../../store/rows.ts';
import type { ChunkOrder } from '../../store/work-orders.ts';
import type { Emit } from '../capabilities.ts';
import { innerConnections } from '../kinds.ts';
import { payloadRows, type Tally } from '../tally.ts';
import { hydrateChunk } from './hydrate.ts';
import { holdLease, LeaseLost } from './lease.ts';
import { PageFetcher } from './page-fetcher.ts';
import { fetchReviewComments } from './review-comments.ts';

export interface ChunkWorkerOptions {
  readonly stateId: string;
  readonly kinds: readonly ChildKind[];
  readonly initialPageSize: number;
  readonly leaseMs: number;
}

/** Fetches chunks under their lease and stores each while the next one is fetched. */
export class ChunkWorker {
  readonly #github: GitHubClient;
  readonly #store: BackfillStore;
  readonly #clock: Clock;
  readonly #emit: Emit;
  readonly #tally: Tally;
  readonly #options: ChunkWorkerOptions;
  readonly #pullRequests: PageFetcher;
  readonly #reviews: PageFetcher;
  #storing: Promise<void> | null = null;
  #storingChunk: string | null = null;

  constructor(
    capabilities: {
      readonly github: GitHubClient;
      readonly store: BackfillStore;
      readonly clock: Clock;
      readonly emit: Emit;
      readonly tally: Tally;
    },
    options: ChunkWorkerOptions,
  ) {
    const { github, store, clock, emit, tally } = capabilities;
    this.#github = github;
    this.#store = store;
    this.#clock = clock;
    this.#emit = emit;
    this.#tally = tally;
    this.#options = options;
    this.#pullRequests = new PageFetcher(github, clock, emit, {
      initial: options.initialPageSize,
      max: MAX_PULL_REQUESTS_PER_POINT,
    });
    this.#reviews = new PageFetcher(github, clock, emit, {
      initial: MAX_REVIEWS_PER_POINT,
      max: MAX_REVIEWS_PER_POINT,
    });
  }

  get pageSize(): number {
    return this.#pullRequests.pageSize;
  }

  /** Ids of the chunks that are leased to this worker between two calls of `work`. */
  get held(): readonly string[] {
    return this.#storingChunk === null ? [] : [this.#storingChunk];
  }

  /** True while the chunk before is still being stored. */
  get isStoring(): boolean {
    return this.#storing !== null;
  }

  /**
   * Fetches a chunk, then starts storing it and returns. One chunk is stored at a time, so that a killed process leaves at most
   * the one being stored and the one being fetched. A lost lease is told and forgotten: another worker has the chunk.
   *
   * @throws whatever fetching throws, or what storing the chunk before threw, after giving the chunk back.
   */
  async work(order: ChunkOrder, signal: AbortSignal): Promise<void> {
    const lease = { chunkId: order.chunk_id, token: order.token };
    const held = holdLease(
      this.#store,
      this.#clock,
      { ...lease, stateId: this.#options.stateId, leaseMs: this.#options.leaseMs },
      signal,
    );
    const startedAt = this.#clock.now();
    this.#emit({
      event: 'chunk.started',
      chunk: order.chunk_number,
      kind: order.kind,
      items: order.targets.length,
      pageSize: order.kind === 'pull_requests' ? this.#pullRequests.pageSize : this.#reviews.pageSize,
      firstNumber: order.first_number,
      lastNumber: order.last_number,
      attempt: order.attempt,
    });
    try {
      const payload = await this.#fetch(order, held.signal);
      await this.stored();
      this.#storingChunk = order.chunk_id;
      this.#storing = this.#commit(order, payload, this.#clock.now() - startedAt)
        .catch(async (failure: unknown) => {
          await this.#store.release(lease, messageOf(failure)).catch(() => false);
          throw failure;
        })
        .finally(() => held.stop());
      // Whoever awaits `stored()` gets the failure; it must not count as unhandled before.
      this.#storing.catch(() => undefined);
    } catch (thrown) {
      held.stop();
      if (thrown instanceof LeaseLost) {
        this.#emit({ event: 'notice.raised', level: 'warning', message: lostLeaseMessage(order) });
        return;
      }
      const blame = signal.aborted || thrown instanceof RateLimitPause ? null : messageOf(thrown);
      await this.#store.release(lease, blame).catch(() => false);
      throw thrown;
    }
  }

  /** Resolves when nothing is being stored. @throws what storing threw. */
  async stored(): Promise<void> {
    const storing = this.#storing;
    if (storing) {
      await storing.finally(() => {
        this.#storing = null;
        this.#storingChunk = null;
      });
    }
  }

  #fetch(order: ChunkOrder, signal: AbortSignal): Promise<PullRequestsPayload | ReviewCommentsPayload> {
    return order.kind === 'pull_requests'
      ? hydrateChunk(
          this.#github,
          this.#pullRequests,
          order.targets,
          innerConnections(this.#options.kinds),
          this.#emit,
          signal,
        )
      : fetchReviewComments(this.#github, this.#reviews, order.targets, this.#emit, signal);
  }

  async #commit(
    order: ChunkOrder,
    payload: PullRequestsPayload | ReviewCommentsPayload,
    fetchMs: number,
  ): Promise<void> {
    const startedAt = this.#clock.now();
    const lease = { chunkId: order.chunk_id, token: order.token };
    const answer: CommitAnswer =
      'pull_requests' in payload
        ? await this.#store.commitPullRequests(lease, payload)
        : await this.#store.commitReviewComments(lease, payload);
    if (answer.refused) {
      this.#emit({ event: 'notice.raised', level: 'warning', message: lostLeaseMessage(order) });
      return;
    }
    const rows = payloadRows(payload);
    const receipts = 'receipts' in payload ? payload.receipts : [];
    const quarantined =
      'receipts' in payload ? receipts.filter((receipt) => receipt.status === 'quarantined') : payload.quarantined;
    for (const { number, reason } of quarantined) {
      this.#emit({ event: 'item.quarantined', number, reason: reason ?? '' });
    }
    this.#emit({
      event: 'chunk.committed',
      chunk: order.chunk_number,
      kind: order.kind,
      rows,
      fetchMs,
      storeMs: this.#clock.now() - startedAt,
    });
    this.#tally.addCommitted(rows, receipts, quarantined.length);
  }
}

function lostLeaseMessage(order: ChunkOrder): string {
  return `Chunk ${order.chunk_number} was taken over by another worker; nothing of it was stored here`;
}
