import type { GitHubClient } from '../github/client.ts';
import { MAX_REVIEWS_PER_POINT } from '../github/graphql/documents.ts';
import type { BackfillProgress } from '../store/backfill-rows.ts';
import type { RepositoryRow } from '../store/rows.ts';
import type { EnumerateOrder, WorkOrder } from '../store/work-orders.ts';
import type { BackfillCapabilities, Emit } from './capabilities.ts';
import { ChunkWorker } from './capture/chunk-worker.ts';
import { Completion } from './completion.ts';
import type { BackfillInputs } from './inputs.ts';
import { ChunkPlanner } from './plan/chunk-planner.ts';
import { Enumerator } from './plan/enumerate.ts';
import type { Tally } from './tally.ts';
import { stoppedBy, type WorkEnd } from './work-end.ts';

/** Enumerate further when no chunk waits: while one is hydrated, the next is known. */
const LOW_WATER = 1;
/** Enumerate to the end, however many chunks wait. */
const EVERYTHING = 1_000_000_000;
/** Claims of one chunk whose workers died before it is set aside as poison. */
const MAX_ATTEMPTS = 5;
/** How long to wait before looking again whether other workers have finished. */
const IDLE_POLL_MS = 1_000;
/** How often the display takes other workers' progress over. */
const SYNC_MS = 5_000;

/** One run on an opened backfill: what it is about and what it tells. */
export interface RunParts {
  readonly github: GitHubClient;
  readonly emit: Emit;
  readonly tally: Tally;
  readonly inputs: BackfillInputs;
  readonly repository: RepositoryRow;
  readonly state: BackfillProgress;
}

/** Works on an opened backfill until nothing is left, the caller's limit is reached, or somebody pauses or cancels it. */
export class BackfillRun {
  readonly #capabilities: BackfillCapabilities;
  readonly #parts: RunParts;
  readonly #stateId: string;
  readonly #enumerator: Enumerator;
  readonly #worker: ChunkWorker;
  readonly #planner: ChunkPlanner;
  readonly #completion: Completion;
  #chunks = 0;
  #syncedAt: number;

  constructor(capabilities: BackfillCapabilities, parts: RunParts) {
    const { store, clock } = capabilities;
    const { github, emit, tally, inputs, repository, state } = parts;
    const stateId = state.state_id;
    const enumerator = new Enumerator(github, repository.node_id, emit);
    const worker = new ChunkWorker(
      { github, store, clock, emit, tally },
      { stateId, kinds: inputs.kinds, initialPageSize: inputs.chunkSize, leaseMs: inputs.leaseMs },
    );
    const planner = new ChunkPlanner({
      github,
      store,
      stateId,
      configured: inputs.chunkSize,
      pullRequests: () => tally.total,
      pageSize: () => worker.pageSize,
    });
    this.#capabilities = capabilities;
    this.#parts = parts;
    this.#stateId = stateId;
    this.#enumerator = enumerator;
    this.#worker = worker;
    this.#planner = planner;
    this.#completion = new Completion({ ...parts, store, clock, stateId, enumerator, planner });
    this.#syncedAt = clock.now();
  }

  /**
   * Resolves when there is nothing left to do for this run; what was fetched is stored by then.
   *
   * @throws the reason of `signal` when it is aborted, and whatever GitHub or the store refused
   */
  async work(signal: AbortSignal): Promise<WorkEnd> {
    const { maxChunks = Number.POSITIVE_INFINITY } = this.#parts.inputs;
    try {
      for (;;) {
        signal.throwIfAborted();
        if (this.#chunks >= maxChunks) return { outcome: 'stopped', gaps: [] };
        const end = await this.#step(signal);
        if (end) return end;
        await this.#tellHowFar();
      }
    } finally {
      // What is fetched is stored before anything else happens, an interruption included.
      await this.#worker.stored();
    }
  }

  async #step(signal: AbortSignal): Promise<WorkEnd | null> {
    const { store, clock, worker } = this.#capabilities;
    const { leaseMs, planOnly } = this.#parts.inputs;
    const order = await store.claim(this.#stateId, worker, {
      leaseMs,
      lowWater: planOnly ? EVERYTHING : LOW_WATER,
      reviewBatch: MAX_REVIEWS_PER_POINT,
      maxAttempts: MAX_ATTEMPTS,
      held: this.#worker.held,
    });
    if (planOnly && order.work !== 'enumerate' && order.work !== 'stop') {
      return await this.#planned(order);
    }
    switch (order.work) {
      case 'chunk':
        this.#chunks += 1;
        await this.#worker.work(order, signal);
        return null;
      case 'enumerate':
        await this.#enumerate(order, signal).catch(async (thrown) => {
          await store.releaseCoordinator(this.#stateId, order.token).catch(() => false);
          throw thrown;
        });
        return null;
      case 'wait':
        if (this.#worker.isStoring) {
          await this.#worker.stored();
        } else {
          await clock.sleep(IDLE_POLL_MS, signal);
        }
        return null;
      case 'audit':
        if (this.#worker.isStoring) {
          await this.#worker.stored();
          return null;
        }
        return await this.#completion.complete(order, signal);
      case 'stop':
        await this.#worker.stored();
        this.#parts.tally.sync(await store.progress(this.#stateId));
        return stoppedBy(order);
    }
  }

  /** Everything is enumerated: gives back what was claimed instead of a page, and puts what fills no chunk into one. */
  async #planned(order: WorkOrder): Promise<WorkEnd> {
    const { store } = this.#capabilities;
    if (order.work === 'chunk') {
      await store.release({ chunkId: order.chunk_id, token: order.token }, null);
    } else if (order.work === 'audit') {
      await this.#planner.assign(order.unassigned, true);
      await store.releaseCoordinator(this.#stateId, order.token);
    }
    return { outcome: 'planned', gaps: [] };
  }

  async #enumerate(order: EnumerateOrder, signal: AbortSignal): Promise<void> {
    const { store } = this.#capabilities;
    const { emit, tally } = this.#parts;
    const { since } = this.#parts.inputs;
    const page = await this.#enumerator.page(since ? 'updated' : 'created', order.cursor, signal);
    const items = since ? page.items.filter((item) => Date.parse(item.updated_at) >= since.getTime()) : page.items;
    const done = page.done || items.length < page.items.length;
    const total = since ? order.enumerated + items.length : page.total;
    const answer = await store.enumerate(this.#stateId, order.token, {
      items,
      nextCursor: page.cursor,
      done,
      total,
    });
    if (answer.refused) return;
    await this.#planner.assign(answer.unassigned, done);
    const { enumerated, changed, unchanged } = answer;
    tally.addUnchanged(items.length - changed, total);
    emit({ event: 'enumeration.advanced', enumerated, total, unchanged });
  }

  async #tellHowFar(): Promise<void> {
    const { clock, store } = this.#capabilities;
    const { github, tally } = this.#parts;
    if (clock.now() - this.#syncedAt >= SYNC_MS) {
      // What is being stored must be counted once, by the database or here.
      await this.#worker.stored();
      this.#syncedAt = clock.now();
      tally.sync(await store.progress(this.#stateId));
    }
    const left = Math.max(0, tally.total - tally.finished);
    github.expectRemainingCost('graphql', Math.ceil(left / this.#worker.pageSize) + Math.ceil(left / 100));
  }
}
