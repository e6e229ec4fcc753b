import { messageOf, OperatorError } from '../errors.ts';
import { EXIT } from '../exit-codes.ts';
import { RateLimitPause } from '../github/refusals.ts';
import { streamEvents } from '../progress/event-stream.ts';
import type { ChildKind, ProgressEvent } from '../progress/events.ts';
import type { BackfillProgress, StatusRow } from '../store/backfill-rows.ts';
import type { BackfillCapabilities, Emit } from './capabilities.ts';
import type { BackfillInputs, BackfillResult } from './inputs.ts';
import { observeGitHub } from './observe.ts';
import { fullName, resolveRepository } from './plan/repository.ts';
import { BackfillRun } from './run.ts';
import { describeScope } from './scope.ts';
import { Tally } from './tally.ts';
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

/** The caller's `--max-minutes` is over. */
class TimeUp extends Error {}

async function run(capabilities: BackfillCapabilities, asked: BackfillInputs, emit: Emit): Promise<BackfillResult> {
  const { clock, store } = capabilities;
  let inputs = asked;
  const startedAt = clock.now();
  const deadline = new AbortController();
  const timer = new AbortController();
  if (inputs.maxMinutes !== undefined) {
    clock.sleep(inputs.maxMinutes * 60_000, timer.signal).then(
      () => deadline.abort(new TimeUp()),
      () => undefined,
    );
  }
  const signal = AbortSignal.any([capabilities.signal, deadline.signal]);
  const tally = new Tally(emit);
  const github = capabilities.connectGitHub(observeGitHub(emit));
  let state: BackfillProgress | undefined;
  let logId: string | undefined;
  let end: WorkEnd | { readonly outcome: 'interrupted'; readonly gaps: readonly [] };
  let repository = fullName(inputs.repository);
  try {
    inputs = await respectPause(capabilities, inputs, emit, tally, signal);
    const resolved = await resolveRepository(github, inputs.repository, signal);
    const opened = await store.open(resolved.row, {
      kinds: inputs.kinds,
      since: inputs.since?.toISOString() ?? null,
      chunk_size: inputs.chunkSize,
      fresh: inputs.fresh,
      watermark: resolved.watermark,
    });
    state = opened;
    await store.reclaim(state.state_id, capabilities.deadWorkers(await store.leaseOwners(state.state_id)));
    logId = await store.logStart(state.state_id, capabilities.worker);
    const renamed = resolved.row.full_name.toLowerCase() !== repository.toLowerCase();
    emit({
      event: 'backfill.started',
      repository: resolved.row.full_name,
      total: opened.total,
      finished: opened.unchanged + opened.captured + opened.gone + opened.quarantined,
      resumed: opened.resumed,
      store: capabilities.storeKind,
      ...(renamed ? { renamedFrom: repository } : {}),
    });
    const scope = describeScope(opened);
    if (scope !== null) {
      emit({ event: 'notice.raised', level: 'info', message: `captures ${scope}` });
    }
    repository = resolved.row.full_name;
    tally.sync(opened);
    end = await new BackfillRun(capabilities, { github, emit, tally, inputs, repository: resolved.row, state }).work(
      signal,
    );
  } catch (thrown) {
    if (thrown instanceof RateLimitPause) {
      const resumeAfter = new Date(thrown.resumeAfter).toISOString();
      if (state) {
        await store.pause(state.state_id, 'rate_limit', resumeAfter, capabilities.worker);
      }
      end = { outcome: 'paused', gaps: [], pauseReason: 'rate_limit', resumeAfter: thrown.resumeAfter };
    } else if (deadline.signal.aborted) {
      end = { outcome: 'stopped', gaps: [] };
    } else if (capabilities.signal.aborted) {
      end = { outcome: 'interrupted', gaps: [] };
    } else {
      if (logId) {
        await store
          .logFinish(logId, { status: 'failed', ...logFigures(tally, github.spent.graphql), error: messageOf(thrown) })
          .catch(() => false);
      }
      throw thrown;
    }
  } finally {
    timer.abort();
  }
  if (logId) {
    await store.logFinish(logId, {
      status: LOG_STATUS[end.outcome],
      ...logFigures(tally, github.spent.graphql),
      error: null,
    });
  }
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

const LOG_STATUS: Readonly<Record<BackfillResult['outcome'], string>> = {
  completed: 'completed',
  completed_with_gaps: 'completed',
  paused: 'paused',
  cancelled: 'cancelled',
  failed: 'failed',
  stopped: 'stopped',
  planned: 'completed',
  interrupted: 'stopped',
};

function logFigures(tally: Tally, points: number): { readonly records: number; readonly points: number } {
  return { records: tally.processed, points };
}

/**
 * Looks at the store before GitHub is asked anything: a user's pause is respected, and while a rate limit lasts nothing is sent.
 * Answers the inputs to go on with: whoever lifts a pause goes on with what the unfinished backfill was asked for.
 *
 * @throws OperatorError `backfill_paused` for a user's pause; RateLimitPause when the limit lasts longer than the caller waits.
 */
async function respectPause(
  capabilities: BackfillCapabilities,
  inputs: BackfillInputs,
  emit: Emit,
  tally: Tally,
  signal: AbortSignal,
): Promise<BackfillInputs> {
  const { store, clock } = capabilities;
  const name = fullName(inputs.repository);
  const known: StatusRow | undefined = (await store.status(name))[0];
  const adopted = inputs.liftPause && known ? { ...inputs, ...scopeOf(known) } : inputs;
  if (known?.status !== 'paused') {
    return known?.status === 'active' ? adopted : inputs;
  }
  tally.sync(known);
  if (known.pause_reason === 'user') {
    if (!inputs.liftPause) {
      throw new OperatorError(`the backfill of ${known.repository} was paused by a user`, {
        code: 'backfill_paused',
        exitCode: EXIT.notFinished,
        nextSteps: [`capture-cli backfill resume ${known.repository}`],
      });
    }
    await store.resume(known.state_id);
    return adopted;
  }
  const until = known.resume_after === null ? 0 : Date.parse(known.resume_after);
  const wait = until - clock.now();
  if (wait > inputs.maxWaitMs) {
    throw new RateLimitPause('primary', until);
  }
  if (wait > 0) {
    emit({ event: 'wait.started', reason: 'budget_exhausted', until });
    await clock.sleep(wait, signal);
    emit({ event: 'wait.ended' });
  }
  await store.resume(known.state_id);
  return adopted;
}

function scopeOf({ kinds, since }: StatusRow): Pick<BackfillInputs, 'kinds' | 'since'> {
  return { kinds: kinds as readonly ChildKind[], since: since === null ? undefined : new Date(since) };
}
