import { parse } from 'yaml';

/** One input as a workflow file declares it, as far as dispatch depends on it. */
export interface DeclaredInput {
  readonly name: string;
  readonly required: boolean;
  readonly hasDefault: boolean;
  /** The values of a choice. */
  readonly options: readonly string[] | undefined;
}

/**
 * The inputs under `on.workflow_dispatch` of a workflow's text: `not_dispatchable` where it has no such trigger,
 * `unreadable` where it is no YAML of a workflow.
 * @see https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#onworkflow_dispatchinputs
 */
export function declaredInputs(text: string): readonly DeclaredInput[] | 'not_dispatchable' | 'unreadable' {
  const triggers = triggersOf(text);
  if (triggers === undefined) return 'unreadable';
  if (typeof triggers === 'string') return triggers === 'workflow_dispatch' ? [] : 'not_dispatchable';
  if (Array.isArray(triggers)) return triggers.includes('workflow_dispatch') ? [] : 'not_dispatchable';
  if (!isMap(triggers) || !Object.hasOwn(triggers, 'workflow_dispatch')) return 'not_dispatchable';
  const trigger = triggers['workflow_dispatch'];
  const inputs = isMap(trigger) ? trigger['inputs'] : undefined;
  return Object.entries(isMap(inputs) ? inputs : {}).map(([name, declared]) => {
    const { required, default: given, options } = isMap(declared) ? declared : {};
    return {
      name,
      required: required === true,
      hasDefault: given !== undefined,
      options: Array.isArray(options) ? options.map(String) : undefined,
    };
  });
}

function triggersOf(text: string): unknown {
  try {
    const file: unknown = parse(text);
    return isMap(file) ? file['on'] : undefined;
  } catch {
    return undefined;
  }
}

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
