import type { JobFrame } from '../step-context.ts';

/** A step that uses an action, as the action sees it. */
export interface ActionCall {
  readonly frame: JobFrame;
  /** The step's `with`, and the defaults of what it leaves out. */
  readonly inputs: Readonly<Record<string, string>>;
  /** What the main part left for the post part. */
  readonly state: Record<string, string>;
  readonly signal: AbortSignal;
  log(line: string): void;
  warn(message: string): void;
}

/** What stands here for an action of GitHub's. */
export interface LocalAction {
  /** Every input that it declares, with its default. */
  readonly inputs: Readonly<Record<string, string>>;
  /** Inputs that begin like this are declared too. */
  readonly inputPrefix?: string;
  /** @returns its outputs. @throws Error, which fails the step. */
  run(call: ActionCall): Promise<Record<string, string>>;
  /** Runs after all steps of the job, in reverse order. */
  post?(call: ActionCall): Promise<void>;
}

/** A list of one entry a line. */
export function lines(text: string | undefined): readonly string[] {
  return (text ?? '')
    .split('\n')
    .map((each) => each.trim())
    .filter((each) => each !== '');
}

/** `true` and its spellings, as @actions/core reads them. @throws Error for anything that is no boolean. */
export function booleanInput(inputs: Readonly<Record<string, string>>, name: string): boolean {
  const value = inputs[name] ?? '';
  if (['true', 'True', 'TRUE'].includes(value)) return true;
  if (['false', 'False', 'FALSE', ''].includes(value)) return false;
  throw new Error(`Input does not meet YAML 1.2 "Core Schema" specification: ${name}`);
}
