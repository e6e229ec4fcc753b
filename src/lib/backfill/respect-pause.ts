import { OperatorError } from '../errors.ts';
import { EXIT } from '../exit-codes.ts';
import { RateLimitPause } from '../github/refusals.ts';
import type { ChildKind } from '../progress/events.ts';
import type { StatusRow } from '../store/backfill-rows.ts';
import type { BackfillCapabilities, Emit } from './capabilities.ts';
import type { BackfillInputs } from './inputs.ts';
import { fullName } from './plan/repository.ts';
import type { Tally } from './tally.ts';

/**
 * Looks at the store before GitHub is asked anything: a user's pause is respected, and while a rate limit lasts nothing is sent.
 * Answers the inputs to go on with: whoever lifts a pause goes on with what the unfinished backfill was asked for.
 *
 * @throws OperatorError `backfill_paused` for a user's pause; RateLimitPause when the limit lasts longer than the caller waits.
 */
export async function respectPause(
  { store, clock, signal }: Pick<BackfillCapabilities, 'store' | 'clock' | 'signal'>,
  inputs: BackfillInputs,
  emit: Emit,
  tally: Tally,
): Promise<BackfillInputs> {
  const known: StatusRow | undefined = (await store.status(fullName(inputs.repository)))[0];
  const adopted = inputs.liftPause && known ? { ...inputs, ...scopeOf(known) } : inputs;
  if (known?.status !== 'paused') {
    return known?.status === 'active' ? adopted : inputs;
  }
  tally.sync(known);
  if (known.pause_reason === 'user') {
    if (!inputs.liftPause) throw pausedByUser(known.repository);
    await store.resume(known.state_id);
    return adopted;
  }
  const until = known.resume_after === null ? 0 : Date.parse(known.resume_after);
  const wait = until - clock.now();
  if (wait > inputs.maxWaitMs) throw new RateLimitPause('primary', until);
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

function pausedByUser(repository: string): OperatorError {
  return new OperatorError(`the backfill of ${repository} was paused by a user`, {
    code: 'backfill_paused',
    exitCode: EXIT.notFinished,
    nextSteps: [`capture-cli backfill resume ${repository}`],
  });
}
