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

/** Works on an opened backfill until nothing is left, the caller's limit is reached, or somebody pauses or cancels it. */
export class BackfillRun {
  readonly #capabilities: BackfillCapabilities;
  readonly #github: GitHubClient;
  readonly #emit: Emit;
  readonly #tally: Tally;
  readonly #inputs: BackfillInputs;
  readonly #stateId: string;
  readonly #enumerator: Enumerator;
  readonly #worker: ChunkWorker;
  readonly #planner: ChunkPlanner;
  readonly #completion: Completion;
  #chunks = 0;
  #syncedAt: number;

  constructor(
    capabilities: BackfillCapabilities,
    parts: {
      readonly github: GitHubClient;
      readonly emit: Emit;
      readonly tally: Tally;
      readonly inputs: BackfillInputs;
      readonly repository: RepositoryRow;
      readonly state: BackfillProgress;
    },
  ) {
    const { github, emit, tally, inputs, repository, state } = parts;
    this.#capabilities = capabilities;
    this.#github = github;
    this.#emit = emit;
    this.#tally = tally;
    this.#inputs = inputs;
    this.#stateId = state.state_id;
    this.#syncedAt = capabilities.clock.now();
    const { store, clock } = capabilities;
    this.#enumerator = new Enumerator(github, repository.node_id, emit);
    this.#worker = new ChunkWorker(
      { github, store, clock, emit, tally },
      { stateId: state.state_id, kinds: inputs.kinds, initialPageSize: inputs.chunkSize, leaseMs: inputs.leaseMs },
    );
    const stateId = state.state_id;
    const enumerator = this.#enumerator;
    this.#planner = new ChunkPlanner({
      github,
      store,
      stateId,
      configured: inputs.chunkSize,
      pullRequests: () => tally.total,
      pageSize: () => this.#worker.pageSize,
    });
    const planner = this.#planner;
    this.#completion = new Completion({
      github,
      store,
      clock,
      emit,
      tally,
      inputs,
      repository,
      stateId,
      enumerator,
      planner,
    });
  }

  async work(signal: AbortSignal): Promise<WorkEnd> {
    try {
      for (;;) {
        signal.throwIfAborted();
        if (this.#inputs.maxChunks !== undefined && this.#chunks >= this.#inputs.maxChunks) {
          return { outcome: 'stopped', gaps: [] };
        }
        const end = await this.#step(signal);
        if (end) {
          return end;
        }
        await this.#tellHowFar();
      }
    } finally {
      // What is fetched is stored before anything else happens, an interruption included.
      await this.#worker.stored();
    }
  }

  async #step(signal: AbortSignal): Promise<WorkEnd | null> {
    const { store, clock, worker } = this.#capabilities;
    const order = await store.claim(this.#stateId, worker, {
      leaseMs: this.#inputs.leaseMs,
      lowWater: this.#inputs.planOnly ? EVERYTHING : LOW_WATER,
      reviewBatch: MAX_REVIEWS_PER_POINT,
      maxAttempts: MAX_ATTEMPTS,
      held: this.#worker.held,
    });
    if (this.#inputs.planOnly && order.work !== 'enumerate' && order.work !== 'stop') {
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
        this.#tally.sync(await store.progress(this.#stateId));
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
    const since = this.#inputs.since;
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
    if (answer.refused) {
      return;
    }
    await this.#planner.assign(answer.unassigned, done);
    this.#tally.addUnchanged(items.length - answer.changed, total);
    this.#emit({ event: 'enumeration.advanced', enumerated: answer.enumerated, total, unchanged: answer.unchanged });
  }

  async #tellHowFar(): Promise<void> {
    const { clock, store } = this.#capabilities;
    if (clock.now() - this.#syncedAt >= SYNC_MS) {
      // What is being stored must be counted once, by the database or here.
      await this.#worker.stored();
      this.#syncedAt = clock.now();
      this.#tally.sync(await store.progress(this.#stateId));
    }
    const left = Math.max(0, this.#tally.total - this.#tally.finished);
    this.#github.expectRemainingCost('graphql', Math.ceil(left / this.#worker.pageSize) + Math.ceil(left / 100));
  }
}
