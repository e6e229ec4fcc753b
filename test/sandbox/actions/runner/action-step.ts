import { messageOf } from '../../../../src/lib/errors.ts';
import type { ActionCall, LocalAction } from './local-actions/local-action.ts';
import type { StepEnd } from './shell-step.ts';
import type { JobFrame } from './step-context.ts';

/** What an action sees of its step. Inputs that it does not declare are told, as GitHub tells them. */
export function actionCall(
  frame: JobFrame,
  action: LocalAction,
  given: Readonly<Record<string, string>>,
  signal: AbortSignal,
): ActionCall {
  const { job } = frame;
  const warn = (message: string) => {
    job.log.write(`##[warning]${message}`);
    job.annotate('warning', message);
  };
  const { inputPrefix } = action;
  const unknown = Object.keys(given).filter(
    (name) => !Object.hasOwn(action.inputs, name) && !(inputPrefix !== undefined && name.startsWith(inputPrefix)),
  );
  if (unknown.length > 0) {
    const valid = Object.keys(action.inputs).map((name) => `'${name}'`);
    warn(`Unexpected input(s) '${unknown.join("', '")}', valid inputs are [${valid.join(', ')}]`);
  }
  return {
    frame,
    inputs: { ...action.inputs, ...given },
    state: {},
    signal,
    log: (line) => job.log.write(line),
    warn,
  };
}

/** Runs an action's main part. Never rejects: what it throws is the failure. */
export async function runAction(action: LocalAction, call: ActionCall, uses: string): Promise<StepEnd> {
  const { log } = call.frame.job;
  log.write(`##[group]Run ${uses}`);
  const shown = Object.entries(call.inputs).filter(([name, value]) => value !== action.inputs[name]);
  if (shown.length > 0) log.write('with:');
  for (const [name, value] of shown) log.write(`  ${name}: ${value}`);
  log.write('##[endgroup]');
  try {
    return { outputs: await action.run(call), failure: null };
  } catch (thrown) {
    return { outputs: {}, failure: messageOf(thrown) };
  }
}
