import { messageOf } from '../../../../src/lib/errors.ts';
import type { JobDocument, RunDefaults, StepDocument } from '../workflow/document.ts';
import { holds, isTruthy, resolve, textMap, textOf } from '../workflow/expressions.ts';
import { actionCall, runAction } from './action-step.ts';
import { localAction } from './local-actions/catalogue.ts';
import type { ActionCall, LocalAction } from './local-actions/local-action.ts';
import type { StepEnd } from './shell-step.ts';
import { runShellStep, shellOf } from './shell-step.ts';
import type { JobFrame, StepOutcome } from './step-context.ts';
import { stepScope } from './step-context.ts';

interface PreparedStep {
  readonly document: StepDocument;
  readonly action: LocalAction | null;
}

interface PostStep {
  readonly name: string;
  readonly action: LocalAction;
  readonly call: ActionCall;
}

const CANCELED = 'The operation was canceled.';

function nameOf(frame: JobFrame, step: StepDocument): string {
  const first = (step.run ?? '').trimStart().split('\n')[0] ?? '';
  const plain = step.name ?? (step.uses === undefined ? `Run ${first}` : `Run ${step.uses}`);
  try {
    return textOf(resolve(plain, stepScope(frame, frame.env)));
  } catch {
    return plain;
  }
}

/** Runs one step that is due. */
async function execute(
  frame: JobFrame,
  { document, action }: PreparedStep,
  defaults: readonly (RunDefaults | undefined)[],
  signal: AbortSignal,
  posts: PostStep[],
): Promise<StepEnd> {
  const { place, house, contexts } = frame;
  const own = textMap(resolve(document.env, stepScope(frame, frame.env)));
  const env = { ...frame.env, ...own };
  const scope = stepScope(frame, env);
  if (action && document.uses !== undefined) {
    const call = actionCall(frame, action, textMap(resolve(document.with, scope)), signal);
    const end = await runAction(action, call, document.uses);
    if (action.post) posts.push({ name: `Post ${nameOf(frame, document)}`, action, call });
    return end;
  }
  const inherited = defaults.map((each) => each?.run);
  const github = contexts['github'] as Parameters<typeof place.environment>[1];
  return runShellStep(frame, {
    script: textOf(resolve(document.run, scope)),
    shell: textOf(resolve(shellOf(document, ...inherited.map((each) => each?.shell)), scope)),
    directory: textOf(
      resolve(
        document['working-directory'] ??
          inherited.map((each) => each?.['working-directory']).find((each) => each) ??
          '',
        scope,
      ),
    ),
    env: { ...place.environment(house, github), ...env },
    signal,
  });
}

/** A signal that also ends when the step has taken too long. */
function limited(
  frame: JobFrame,
  { document }: PreparedStep,
): { readonly signal: AbortSignal; readonly timeout: AbortSignal; readonly stop: () => void } {
  const base = frame.status === 'cancelled' ? frame.forced : frame.cancelled;
  const timeout = new AbortController();
  const minutes = Number(resolve(document['timeout-minutes'], stepScope(frame, frame.env)));
  const timer = minutes > 0 ? setTimeout(() => timeout.abort(), minutes * frame.house.minuteMs) : undefined;
  return { signal: AbortSignal.any([base, timeout.signal]), timeout: timeout.signal, stop: () => clearTimeout(timer) };
}

/** Runs the steps of a job in turn, then the post parts of its actions. Never rejects for what a step does. */
export class JobSteps {
  readonly #frame: JobFrame;
  readonly #defaults: readonly (RunDefaults | undefined)[];
  readonly #posts: PostStep[] = [];

  /** @param defaults the job's before the workflow's. */
  constructor(frame: JobFrame, defaults: readonly (RunDefaults | undefined)[]) {
    this.#frame = frame;
    this.#defaults = defaults;
  }

  async run({ steps = [] }: JobDocument): Promise<void> {
    const { job } = this.#frame;
    const setUp = job.addStep('Set up job');
    job.beginStep(setUp);
    job.log.write('Current runner version: sandbox');
    let prepared: readonly PreparedStep[];
    try {
      prepared = steps.map((document) => ({
        document,
        action: document.uses === undefined ? null : localAction(document.uses),
      }));
    } catch (thrown) {
      this.#fail(messageOf(thrown));
      job.endStep(setUp, 'failure');
      return;
    }
    job.endStep(setUp, 'success');
    const listed = prepared.map((step) => ({ step, shown: job.addStep(nameOf(this.#frame, step.document)) }));
    for (const { step, shown } of listed) {
      job.beginStep(shown);
      job.endStep(shown, await this.#one(step));
    }
    for (const { name, action, call } of this.#posts.toReversed()) {
      const shown = job.addStep(name);
      job.beginStep(shown);
      try {
        await action.post?.(call);
        job.endStep(shown, 'success');
      } catch (thrown) {
        this.#fail(messageOf(thrown));
        job.endStep(shown, 'failure');
      }
    }
    const complete = job.addStep('Complete job');
    job.beginStep(complete);
    job.endStep(complete, 'success');
  }

  #fail(reason: string): void {
    const { job } = this.#frame;
    job.log.write(`##[error]${reason}`);
    job.annotate('failure', reason);
    if (this.#frame.status === 'success') this.#frame.status = 'failure';
  }

  #noteCancellation(): void {
    if (this.#frame.cancelled.aborted) this.#frame.status = 'cancelled';
  }

  async #one(step: PreparedStep): Promise<StepOutcome> {
    const frame = this.#frame;
    const { document } = step;
    this.#noteCancellation();
    if (frame.forced.aborted) return this.#record(document, {}, 'cancelled', 'cancelled');
    try {
      if (!holds(document.if, stepScope(frame, frame.env))) return this.#record(document, {}, 'skipped', 'skipped');
    } catch (thrown) {
      this.#fail(messageOf(thrown));
      return this.#record(document, {}, 'failure', 'failure');
    }
    const { signal, timeout, stop } = limited(frame, step);
    let end: StepEnd;
    try {
      end = await execute(frame, step, this.#defaults, signal, this.#posts);
    } catch (thrown) {
      end = { outputs: {}, failure: messageOf(thrown) };
    } finally {
      stop();
    }
    if (signal.aborted && !timeout.aborted) {
      this.#noteCancellation();
      frame.job.log.write(`##[error]${CANCELED}`);
      frame.job.annotate('failure', CANCELED);
      return this.#record(document, end.outputs, 'cancelled', 'cancelled');
    }
    const failure = timeout.aborted
      ? `The action '${nameOf(frame, document)}' has timed out after ${document['timeout-minutes']} minutes.`
      : end.failure;
    if (failure === null) return this.#record(document, end.outputs, 'success', 'success');
    const isForgiven = isTruthy(resolve(document['continue-on-error'] ?? false, stepScope(frame, frame.env)));
    if (isForgiven) {
      frame.job.log.write(`##[error]${failure}`);
      return this.#record(document, end.outputs, 'failure', 'success');
    }
    this.#fail(failure);
    return this.#record(document, end.outputs, 'failure', 'failure');
  }

  #record(
    { id }: StepDocument,
    outputs: Readonly<Record<string, string>>,
    outcome: StepOutcome,
    conclusion: StepOutcome,
  ): StepOutcome {
    if (id !== undefined) this.#frame.steps.set(id, { outputs: { ...outputs }, outcome, conclusion });
    return conclusion;
  }
}
