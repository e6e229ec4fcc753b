import { OperatorError } from '../../errors.ts';
import { EXIT } from '../../exit-codes.ts';

/** Where the value of an input comes from when a command dispatches its workflow. */
export type InputSource =
  | { readonly argument: string }
  /** The flag as typed; without it the setting, where there is one. */
  | { readonly flag: string; readonly setting?: string }
  /** What this command always sends, where several share a workflow. */
  | { readonly value: string }
  /** The identifier of this one dispatch. */
  | 'request_id'
  /** Nothing that the command could be told: the input keeps its default. */
  | 'default';

/** One input under `workflow_dispatch.inputs`. Numbers travel as text: the REST API takes strings. */
export interface WorkflowInput {
  readonly name: string;
  readonly type: 'string' | 'number' | 'boolean';
  /** For the form on GitHub. */
  readonly description: string;
  readonly required: boolean;
  readonly default?: string;
  /** The range of a number, both ends included. */
  readonly min?: number;
  readonly max?: number;
  readonly from: InputSource;
}

/** The input that every workflow has: it is echoed in the title of the run. */
export const REQUEST_ID_INPUT = {
  name: 'request_id',
  type: 'string',
  description: 'Names this request in the title of the run, so that the run can be found',
  required: false,
  default: '',
  from: 'request_id',
} as const satisfies WorkflowInput;

/** What was asked for: parsed arguments and flags by their names, settings by their dotted keys. */
export interface CommandLine {
  readonly args: Readonly<Record<string, unknown>>;
  readonly flags: Readonly<Record<string, unknown>>;
  readonly settings: Readonly<Record<string, unknown>>;
}

/** docs.github.com, "Events that trigger workflows", workflow_dispatch: the payload of inputs is at most this long. */
export const MAX_INPUT_CHARACTERS = 65_535;

/**
 * What is sent as `inputs`: every declared input by name, always with a value, as text. Lists are joined by commas.
 * Pure.
 *
 * @throws OperatorError `input_missing`, `input_invalid` or `inputs_too_long`, exit 2
 */
export function inputsOf(
  declared: readonly WorkflowInput[],
  line: CommandLine,
  requestId: string,
): Readonly<Record<string, string>> {
  const inputs: Record<string, string> = {};
  for (const input of declared) {
    const given = textOf(givenValue(input.from, line, requestId)) ?? input.default ?? '';
    if (input.required && given === '') throw invalid('input_missing', `${labelOf(input)} is needed and is not given`);
    checkNumber(input, given);
    inputs[input.name] = given;
  }
  const length = JSON.stringify(inputs).length;
  if (length > MAX_INPUT_CHARACTERS) {
    throw invalid('inputs_too_long', `the inputs are ${length} characters long, GitHub takes ${MAX_INPUT_CHARACTERS}`);
  }
  return inputs;
}

function givenValue(from: InputSource, { args, flags, settings }: CommandLine, requestId: string): unknown {
  if (from === 'request_id') return requestId;
  if (from === 'default') return undefined;
  if ('value' in from) return from.value;
  if ('argument' in from) return args[from.argument];
  return flags[from.flag] ?? (from.setting === undefined ? undefined : settings[from.setting]);
}

function textOf(value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  return Array.isArray(value) ? value.join(',') : String(value);
}

function checkNumber(input: WorkflowInput, given: string): void {
  if (input.type !== 'number') return;
  const { min = Number.MIN_SAFE_INTEGER, max = Number.MAX_SAFE_INTEGER } = input;
  const value = Number(given);
  if (/^-?\d+$/.test(given) && value >= min && value <= max) return;
  throw invalid('input_invalid', `${labelOf(input)} must be a whole number from ${min} to ${max}, not "${given}"`, [
    'correct it, or leave --remote away: the range is that of a run on GitHub Actions',
  ]);
}

/** The input as the operator gave it. */
function labelOf({ name, from }: WorkflowInput): string {
  if (typeof from === 'string' || 'value' in from) return `the workflow's input ${name}`;
  if ('argument' in from) return from.argument.toUpperCase();
  const setting = from.setting === undefined ? '' : `the setting ${from.setting}, `;
  return `--${from.flag} (${setting}the workflow's input ${name})`;
}

function invalid(code: string, message: string, nextSteps: readonly string[] = []): OperatorError {
  return new OperatorError(message, { code, exitCode: EXIT.usage, nextSteps });
}
