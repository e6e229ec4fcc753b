import { OperatorError } from '../../errors.ts';
import type { RepositoryName } from '../../github/repository/repository-name.ts';
import { streamEvents } from '../../progress/event-stream.ts';
import type { ChildKind, Gap, ProgressEvent, RowCounts } from '../../progress/events.ts';
import type { BackfillCapabilities } from '../capabilities.ts';
import { observeGitHub } from '../observe.ts';
import { Enumerator } from '../plan/enumerate.ts';
import { fullName, resolveRepository } from '../plan/repository.ts';
import { auditChildren, auditPullRequests } from './audit.ts';

export interface Verification {
  readonly repository: string;
  readonly verified: boolean;
  /** Pull requests that were compared: GitHub's `pullRequests.totalCount`, or with `since` what changed since then. */
  readonly total: number;
  /** Of the newest backfill, when it was asked for a part only: what changed earlier is not compared. */
  readonly since: string | null;
  readonly rows: RowCounts;
  readonly kinds: readonly ChildKind[];
  readonly gaps: readonly Gap[];
  readonly points: number;
}

/**
 * Compares the store with GitHub without changing either, as far as the newest backfill was asked to capture (`--since`, `--only`):
 * every pull request that GitHub lists, whether it changed since it was captured, every child kind by the totals that GitHub gave
 * for it, and, of a whole repository, its review comments by GitHub's listing.
 *
 * @throws OperatorError `backfill_unknown` when nothing of the repository was ever captured.
 */
export async function* verify(
  capabilities: BackfillCapabilities,
  name: RepositoryName,
): AsyncGenerator<ProgressEvent, Verification> {
  return yield* streamEvents(async (emit) => {
    const { store, signal } = capabilities;
    const github = capabilities.connectGitHub(observeGitHub(emit));
    const { row } = await resolveRepository(github, name, signal);
    const [state] = await store.status(row.full_name);
    if (!state || state.repository_id !== row.github_id) {
      throw new OperatorError(`nothing of ${fullName(name)} is in the store`, {
        code: 'backfill_unknown',
        nextSteps: [`start with \`capture-cli backfill ${fullName(name)}\``],
      });
    }
    const { since } = state;
    const kinds = state.kinds as readonly ChildKind[];
    const scope = { kinds, since };
    const enumerator = new Enumerator(github, row.node_id, emit);
    const total = since === null ? row.pull_request_count : state.total;
    emit({ event: 'audit.started', alone: { repository: row.full_name, total, store: capabilities.storeKind } });
    const audit = await auditPullRequests({ github, store, signal }, enumerator, row, scope, (compared, known) =>
      emit({ event: 'audit.advanced', compared, total: Math.max(compared, since === null ? known : total) }),
    );
    const children = await auditChildren({ github, store, signal }, row, scope);
    const reasons = new Map((await store.quarantined(state.state_id)).map(({ number, reason }) => [number, reason]));
    const gaps = [
      ...audit.gaps.map((gap) => explain(gap, reasons)),
      ...audit.surplus.map(
        (number): Gap => ({ number, kind: 'pull_requests', expected: 0, captured: 1, reason: 'surplus' }),
      ),
      ...children.gaps,
    ];
    emit({ event: 'audit.finished', gaps: gaps.length });
    return {
      repository: row.full_name,
      verified: gaps.length === 0,
      total: audit.total,
      since,
      rows: children.rows,
      kinds,
      gaps,
      points: github.spent.graphql,
    };
  });
}

/** A pull request that is missing because it was set aside says so. */
function explain(gap: Gap, quarantined: ReadonlyMap<number, string>): Gap {
  const detail = gap.number === null ? undefined : quarantined.get(gap.number);
  return detail === undefined ? gap : { ...gap, reason: 'quarantined', detail };
}
