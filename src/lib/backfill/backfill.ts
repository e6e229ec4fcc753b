import { RateLimitPause } from '../github/refusals.ts';
import { streamEvents } from '../progress/event-stream.ts';
import type { ProgressEvent } from '../progress/events.ts';
import type { BackfillProgress } from '../store/backfill-rows.ts';
import type { RepositoryRow } from '../store/rows.ts';
import type { BackfillCapabilities, Emit } from './capabilities.ts';
import type { BackfillInputs, BackfillResult } from './inputs.ts';
import { observeGitHub } from './observe.ts';
import { fullName, type ResolvedRepository, resolveRepository } from './plan/repository.ts';
import { respectPause } from './respect-pause.ts';
import { BackfillRun } from './run.ts';
import { RunLog } from './run-log.ts';
import { describeScope } from './scope.ts';
import { Tally } from './tally.ts';
import { startTimeLimit } from './time-limit.ts';
import type { WorkEnd } from './work-end.ts';

/**
 * Captures every pull request of a repository: enumerates them, hydrates them in weighed chunks that are leased from a queue in
 * the database, stores each chunk in one transaction and compares the result with GitHub. Resumes where an earlier run ended;
 * any number of workers may share the store.
 *
 * Yields progress; the last event is `backfill.finished`, which is also the generator's result.
 *
 * @throws OperatorError authentication, unknown repository, unreachable GitHub or store. What was captured is kept.
 */
export async function* backfill(
  capabilities: BackfillCapabilities,
  inputs: BackfillInputs,
): AsyncGenerator<ProgressEvent, BackfillResult> {
  return yield* streamEvents((emit, abandoned) =>
    run({ ...capabilities, signal: AbortSignal.any([capabilities.signal, abandoned]) }, inputs, emit),
  );
}

async function run(given: BackfillCapabilities, asked: BackfillInputs, emit: Emit): Promise<BackfillResult> {
  const { clock, store, worker } = given;
  const startedAt = clock.now();
  const limit = startTimeLimit(clock, asked.maxMinutes);
  const capabilities = { ...given, signal: AbortSignal.any([given.signal, limit.signal]) };
  const { signal } = capabilities;
  const tally = new Tally(emit);
  const github = given.connectGitHub(observeGitHub(emit));
  const log = new RunLog(store, () => ({ records: tally.processed, points: github.spent.graphql }));
  let repository = fullName(asked.repository);
  let stateId: string | undefined;
  let end: RunEnd;
  try {
    const inputs = await respectPause(capabilities, asked, emit, tally);
    const resolved = await resolveRepository(github, inputs.repository, signal);
    const opened = await openBackfill(given, inputs, resolved);
    stateId = opened.state_id;
    await log.start(stateId, worker);
    tellOpened(emit, opened, { asked: repository, row: resolved.row, store: given.storeKind });
    repository = resolved.row.full_name;
    tally.sync(opened);
    const parts = { github, emit, tally, inputs, repository: resolved.row, state: opened };
    end = await new BackfillRun(capabilities, parts).work(signal);
  } catch (thrown) {
    if (thrown instanceof RateLimitPause) {
      const resumeAfter = new Date(thrown.resumeAfter).toISOString();
      if (stateId !== undefined) await store.pause(stateId, 'rate_limit', resumeAfter, worker);
      end = { outcome: 'paused', gaps: [], pauseReason: 'rate_limit', resumeAfter: thrown.resumeAfter };
    } else if (limit.signal.aborted) {
      end = { outcome: 'stopped', gaps: [] };
    } else if (given.signal.aborted) {
      end = { outcome: 'interrupted', gaps: [] };
    } else {
      await log.fail(thrown);
      throw thrown;
    }
  } finally {
    limit.cancel();
  }
  await log.finish(end.outcome);
  const result: BackfillResult = {
    event: 'backfill.finished',
    repository,
    ...end,
    finished: tally.finished,
    total: tally.total,
    rows: tally.rows,
    quarantined: tally.quarantined,
    cost: { graphql: github.spent.graphql, rest: github.spent.rest },
    requests: github.spent.requests,
    elapsedMs: clock.now() - startedAt,
  };
  emit(result);
  return result;
}

type RunEnd = WorkEnd | { readonly outcome: 'interrupted'; readonly gaps: readonly [] };

type OpenedBackfill = BackfillProgress & { readonly resumed: boolean };

/** Begins the backfill, or goes on with the unfinished one; chunks that dead workers held become free. */
async function openBackfill(
  { store, deadWorkers }: BackfillCapabilities,
  inputs: BackfillInputs,
  { row, watermark }: ResolvedRepository,
): Promise<OpenedBackfill> {
  const opened = await store.open(row, {
    kinds: inputs.kinds,
    since: inputs.since?.toISOString() ?? null,
    chunk_size: inputs.chunkSize,
    fresh: inputs.fresh,
    watermark,
  });
  await store.reclaim(opened.state_id, deadWorkers(await store.leaseOwners(opened.state_id)));
  return opened;
}

function tellOpened(
  emit: Emit,
  opened: OpenedBackfill,
  { asked, row, store }: { readonly asked: string; readonly row: RepositoryRow; readonly store: 'embedded' | 'hosted' },
): void {
  const renamed = row.full_name.toLowerCase() !== asked.toLowerCase();
  emit({
    event: 'backfill.started',
    repository: row.full_name,
    total: opened.total,
    finished: opened.unchanged + opened.captured + opened.gone + opened.quarantined,
    resumed: opened.resumed,
    store,
    ...(renamed ? { renamedFrom: asked } : {}),
  });
  const scope = describeScope(opened);
  if (scope !== null) emit({ event: 'notice.raised', level: 'info', message: `captures ${scope}` });
}
