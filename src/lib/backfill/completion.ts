import type { Clock } from '../clock.ts';
import type { GitHubClient } from '../github/client.ts';
import type { Gap } from '../progress/events.ts';
import { formatQuantity } from '../progress/format.ts';
import type { BackfillStore } from '../store/procedures.ts';
import type { RepositoryRow } from '../store/rows.ts';
import type { AuditOrder, UnassignedItem } from '../store/work-orders.ts';
import type { Emit } from './capabilities.ts';
import { holdLease, LeaseLost } from './capture/lease.ts';
import type { BackfillInputs } from './inputs.ts';
import type { ChunkPlanner } from './plan/chunk-planner.ts';
import type { Enumerator } from './plan/enumerate.ts';
import type { Tally } from './tally.ts';
import { auditChildren, auditPullRequests } from './verify/audit.ts';
import { stoppedBy, type WorkEnd } from './work-end.ts';

/** Rounds of capturing what changed meanwhile. What changes after the last one is the next run's. */
const TOUCHED_ROUNDS = 2;

export interface CompletionParts {
  readonly github: GitHubClient;
  readonly store: BackfillStore;
  readonly clock: Clock;
  readonly emit: Emit;
  readonly tally: Tally;
  readonly inputs: BackfillInputs;
  readonly repository: RepositoryRow;
  readonly stateId: string;
  readonly enumerator: Enumerator;
  readonly planner: ChunkPlanner;
}

/** The last step of a backfill, when every chunk is done. Only this may call a backfill completed. */
export class Completion {
  readonly #parts: CompletionParts;
  #touchedRounds = 0;
  #touchedSince: number | null = null;

  constructor(parts: CompletionParts) {
    this.#parts = parts;
  }

  /** Captures what changed meanwhile, then compares with GitHub. Null while there is still something to do. */
  async complete(order: AuditOrder, signal: AbortSignal): Promise<WorkEnd | null> {
    const { store, clock, emit, tally, inputs, stateId, planner } = this.#parts;
    const held = holdLease(
      store,
      clock,
      { stateId, chunkId: null, token: order.token, leaseMs: inputs.leaseMs },
      signal,
    );
    try {
      if (order.unassigned.length > 0) {
        await planner.assign(order.unassigned, true);
        return null;
      }
      const touched = await this.#captureTouched(order, held.signal);
      if (touched.added) {
        return null;
      }
      emit({ event: 'audit.started' });
      const gaps = await this.#findGaps(touched.total, held.signal);
      if (await this.#repair(order, gaps)) {
        return null;
      }
      const outcome = gaps.length === 0 ? 'completed' : 'completed_with_gaps';
      const finished = await store.finish(stateId, order.token, outcome, gaps);
      emit({ event: 'audit.finished', gaps: gaps.length });
      tally.sync(finished);
      return finished.status === outcome ? { outcome, gaps } : stoppedBy(finished);
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
    const { store, emit, inputs, stateId, enumerator, planner } = this.#parts;
    this.#touchedRounds += 1;
    let total: number | null = null;
    let newest = since;
    let added = 0;
    let unassigned: readonly UnassignedItem[] = [];
    for await (const page of enumerator.touchedSince(since, signal)) {
      total ??= page.total;
      newest = Math.max(newest, ...page.items.map((item) => Date.parse(item.updated_at)));
      const answer = await store.touch(stateId, order.token, page.items, inputs.since ? null : total);
      if (answer.refused) {
        throw new LeaseLost();
      }
      added += answer.added;
      unassigned = answer.unassigned;
    }
    this.#touchedSince = newest;
    await planner.assign(unassigned, true);
    if (added > 0) {
      emit({
        event: 'notice.raised',
        level: 'info',
        message: `${formatQuantity(added, 'pull request')} changed meanwhile: captured again`,
      });
    }
    return { added: added > 0, total };
  }

  /** Captures once more what lost rows, or has too many, since it was captured. What this backfill captured is as GitHub serves it. */
  async #repair(order: AuditOrder, gaps: readonly Gap[]): Promise<boolean> {
    const { store, emit, stateId, planner } = this.#parts;
    const numbers = gaps.flatMap(({ number, kind, reason }) =>
      number !== null && kind !== 'pull_requests' && (reason === 'missing' || reason === 'surplus') ? [number] : [],
    );
    if (numbers.length === 0) {
      return false;
    }
    const answer = await store.repair(stateId, order.token, [...new Set(numbers)]);
    if (answer.refused) {
      throw new LeaseLost();
    }
    if (answer.added === 0) {
      return false;
    }
    await planner.assign(answer.unassigned, true);
    emit({
      event: 'notice.raised',
      level: 'warning',
      message: `${formatQuantity(answer.added, 'pull request')} in the store had other rows than GitHub: captured again`,
    });
    return true;
  }

  async #findGaps(total: number | null, signal: AbortSignal): Promise<readonly Gap[]> {
    const { github, store, inputs, repository, stateId, enumerator } = this.#parts;
    const capabilities = { github, store, signal };
    const quarantined = await store.quarantined(stateId);
    const setAside = new Set(quarantined.map(({ number }) => number));
    const { gaps: children, rows } = await auditChildren(capabilities, repository, {
      kinds: inputs.kinds,
      since: inputs.since?.toISOString() ?? null,
    });
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
    if (!inputs.since && accountedFor !== (total ?? repository.pull_request_count)) {
      const audit = await auditPullRequests(capabilities, enumerator, repository, { kinds: inputs.kinds, since: null });
      // GitHub has no record of these any more: the rows stay, marked.
      await store.markGone(repository.github_id, audit.surplus);
      gaps.push(...audit.gaps.filter(({ number, reason }) => reason === 'missing' && !setAside.has(number ?? 0)));
    }
    return gaps;
  }
}
