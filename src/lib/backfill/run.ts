import { OperatorError } from '../errors.ts';
import { EXIT } from '../exit-codes.ts';
import type { GitHubClient } from '../github/client.ts';
import { MAX_REVIEWS_PER_POINT } from '../github/documents.ts';
import type { BackfillOutcome, Gap } from '../progress/events.ts';
import type { AuditOrder, BackfillProgress, EnumerateOrder, RepositoryRow, UnassignedItem } from '../store/rows.ts';
import { auditChildren, auditPullRequests } from './audit.ts';
import type { BackfillCapabilities, Emit } from './capabilities.ts';
import { planChunks } from './chunk-plan.ts';
import { chunkPlaces, chunkSize } from './chunk-size.ts';
import { ChunkWorker } from './chunk-worker.ts';
import { Enumerator } from './enumerate.ts';
import type { BackfillInputs } from './inputs.ts';
import { holdLease, LeaseLost } from './lease.ts';
import type { Tally } from './tally.ts';

/** Enumerate further when no chunk waits: while one is hydrated, the next is known. */
const LOW_WATER = 1;
/** Claims of one chunk whose workers died before it is set aside as poison. */
const MAX_ATTEMPTS = 5;
/** How long to wait before looking again whether other workers have finished. */
const IDLE_POLL_MS = 1_000;
/** How often the display takes other workers' progress over. */
const SYNC_MS = 5_000;
/** Rounds of capturing what changed meanwhile. What changes after the last one is the next run's. */
const TOUCHED_ROUNDS = 2;

/** Where a run stopped working. */
export interface WorkEnd {
  readonly outcome: Extract<BackfillOutcome, 'completed' | 'completed_with_gaps' | 'paused' | 'cancelled' | 'stopped'>;
  readonly gaps: readonly Gap[];
  readonly resumeAfter?: number;
  readonly pauseReason?: string;
}

/** Works on an opened backfill until nothing is left, the caller's limit is reached, or somebody pauses or cancels it. */
export class BackfillRun {
  readonly #capabilities: BackfillCapabilities;
  readonly #github: GitHubClient;
  readonly #emit: Emit;
  readonly #tally: Tally;
  readonly #inputs: BackfillInputs;
  readonly #repository: RepositoryRow;
  readonly #state: BackfillProgress;
  readonly #enumerator: Enumerator;
  readonly #worker: ChunkWorker;
  #touchedRounds = 0;
  #touchedSince: number | null = null;
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
    this.#repository = repository;
    this.#state = state;
    this.#syncedAt = capabilities.clock.now();
    this.#enumerator = new Enumerator(github, repository.node_id, emit);
    this.#worker = new ChunkWorker(
      { github, store: capabilities.store, clock: capabilities.clock, emit, tally },
      { stateId: state.state_id, kinds: inputs.kinds, initialPageSize: inputs.chunkSize, leaseMs: inputs.leaseMs },
    );
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
    const order = await store.claim(this.#state.state_id, worker, {
      leaseMs: this.#inputs.leaseMs,
      lowWater: LOW_WATER,
      reviewBatch: MAX_REVIEWS_PER_POINT,
      maxAttempts: MAX_ATTEMPTS,
    });
    switch (order.work) {
      case 'chunk':
        this.#chunks += 1;
        await this.#worker.work(order, signal);
        return null;
      case 'enumerate':
        await this.#enumerate(order, signal);
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
        return await this.#audit(order, signal);
      case 'stop':
        return stopped(order.status, order.pause_reason, order.resume_after);
    }
  }

  async #enumerate(order: EnumerateOrder, signal: AbortSignal): Promise<void> {
    const { store } = this.#capabilities;
    const since = this.#inputs.since;
    const page = await this.#enumerator.page(since ? 'updated' : 'created', order.cursor, signal);
    const items = since ? page.items.filter((item) => Date.parse(item.updated_at) >= since.getTime()) : page.items;
    const done = page.done || items.length < page.items.length;
    const total = since ? order.enumerated + items.length : page.total;
    const answer = await store.enumerate(this.#state.state_id, order.token, {
      items,
      nextCursor: page.cursor,
      done,
      total,
    });
    if (answer.refused) {
      return;
    }
    await this.#assign(answer.unassigned, done);
    this.#tally.addUnchanged(items.length - answer.changed, total);
    this.#emit({ event: 'enumeration.advanced', enumerated: answer.enumerated, total, unchanged: answer.unchanged });
  }

  /** Cuts what is in no chunk yet into chunks; what does not fill one waits for the next page. */
  async #assign(unassigned: readonly UnassignedItem[], final: boolean): Promise<void> {
    const size = chunkSize({
      pullRequests: this.#tally.total,
      configured: this.#inputs.chunkSize,
      budget: this.#github.budget('graphql'),
    });
    const chunks = planChunks(unassigned, { size, places: chunkPlaces(size, this.#worker.pageSize) }, final);
    if (chunks.length > 0) {
      await this.#capabilities.store.assign(this.#state.state_id, chunks);
    }
  }

  /** The last step: captures what changed meanwhile, then compares with GitHub. Only this may call a backfill completed. */
  async #audit(order: AuditOrder, signal: AbortSignal): Promise<WorkEnd | null> {
    const { store, clock } = this.#capabilities;
    const stateId = this.#state.state_id;
    const held = holdLease(
      store,
      clock,
      { stateId, chunkId: null, token: order.token, leaseMs: this.#inputs.leaseMs },
      signal,
    );
    try {
      if (order.unassigned.length > 0) {
        await this.#assign(order.unassigned, true);
        return null;
      }
      const touched = await this.#captureTouched(order, held.signal);
      if (touched.added) {
        return null;
      }
      this.#emit({ event: 'audit.started' });
      const gaps = await this.#findGaps(touched.total, held.signal);
      const outcome = gaps.length === 0 ? 'completed' : 'completed_with_gaps';
      const finished = await store.finish(stateId, order.token, outcome, gaps);
      this.#emit({ event: 'audit.finished', gaps: gaps.length });
      this.#tally.sync(finished);
      return finished.status === outcome
        ? { outcome, gaps }
        : stopped(finished.status, finished.pause_reason, finished.resume_after);
    } catch (thrown) {
      if (thrown instanceof LeaseLost) {
        return null;
      }
      throw thrown;
    } finally {
      held.stop();
      await store.releaseCoordinator(stateId, order.token).catch(() => false);
    }
  }

  /** Takes in what changed on GitHub since the backfill was opened, or since the last round of this. */
  async #captureTouched(
    order: AuditOrder,
    signal: AbortSignal,
  ): Promise<{ readonly added: boolean; readonly total: number | null }> {
    const since = this.#touchedSince ?? (order.watermark === null ? null : Date.parse(order.watermark));
    if (since === null || this.#touchedRounds >= TOUCHED_ROUNDS) {
      return { added: false, total: null };
    }
    this.#touchedRounds += 1;
    let total: number | null = null;
    let newest = since;
    let added = 0;
    let unassigned: readonly UnassignedItem[] = [];
    for await (const page of this.#enumerator.touchedSince(since, signal)) {
      total ??= page.total;
      newest = Math.max(newest, ...page.items.map((item) => Date.parse(item.updated_at)));
      const answer = await this.#capabilities.store.touch(
        this.#state.state_id,
        order.token,
        page.items,
        this.#inputs.since ? null : total,
      );
      if (answer.refused) {
        throw new LeaseLost();
      }
      added += answer.added;
      unassigned = answer.unassigned;
    }
    this.#touchedSince = newest;
    await this.#assign(unassigned, true);
    if (added > 0) {
      this.#emit({
        event: 'notice.raised',
        level: 'info',
        message: `${added} pull requests changed meanwhile and are captured again`,
      });
    }
    return { added: added > 0, total };
  }

  async #findGaps(total: number | null, signal: AbortSignal): Promise<readonly Gap[]> {
    const { store } = this.#capabilities;
    const capabilities = { github: this.#github, store, signal };
    const quarantined = await store.quarantined(this.#state.state_id);
    const setAside = new Set(quarantined.map(({ number }) => number));
    const { gaps: children, rows } = await auditChildren(capabilities, this.#repository, this.#inputs.kinds);
    const gaps: Gap[] = quarantined.map(({ number, reason }) => ({
      number,
      kind: 'pull_requests',
      expected: 1,
      captured: 0,
      reason: 'quarantined',
      detail: reason,
    }));
    gaps.push(...children.filter(({ number }) => number === null || !setAside.has(number)));
    const accountedFor = rows.pull_requests + setAside.size;
    if (!this.#inputs.since && accountedFor !== (total ?? this.#repository.pull_request_count)) {
      const audit = await auditPullRequests(capabilities, this.#enumerator, this.#repository, this.#inputs.kinds);
      // GitHub has no record of these any more: the rows stay, marked.
      await store.markGone(this.#repository.github_id, audit.surplus);
      gaps.push(...audit.gaps.filter(({ number, reason }) => reason === 'missing' && !setAside.has(number ?? 0)));
    }
    return gaps;
  }

  async #tellHowFar(): Promise<void> {
    const { clock, store } = this.#capabilities;
    if (clock.now() - this.#syncedAt >= SYNC_MS) {
      this.#syncedAt = clock.now();
      this.#tally.sync(await store.progress(this.#state.state_id));
    }
    const left = Math.max(0, this.#tally.total - this.#tally.finished);
    this.#github.expectRemainingCost('graphql', Math.ceil(left / this.#worker.pageSize) + Math.ceil(left / 100));
  }
}

function stopped(status: BackfillProgress['status'], pauseReason: string | null, resumeAfter: string | null): WorkEnd {
  switch (status) {
    case 'completed':
    case 'completed_with_gaps':
      return { outcome: status, gaps: [] };
    case 'paused':
      return {
        outcome: 'paused',
        gaps: [],
        ...(pauseReason ? { pauseReason } : {}),
        ...(resumeAfter ? { resumeAfter: Date.parse(resumeAfter) } : {}),
      };
    case 'cancelled':
      return { outcome: 'cancelled', gaps: [], ...(pauseReason ? { pauseReason } : {}) };
    case 'active':
    case 'failed':
      throw new OperatorError('The backfill was ended by another process', {
        code: 'backfill_failed',
        exitCode: EXIT.failed,
      });
  }
}
