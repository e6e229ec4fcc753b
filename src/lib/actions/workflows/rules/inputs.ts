import { isScalar, type YAMLMap } from 'yaml';
import type { WorkflowInput } from '../../catalogue/workflow-inputs.ts';
import type { Finding } from '../finding.ts';
import { findingAt, keyOf, mapUnder, scalarUnder, startOf, type WorkflowFile } from '../workflow-file.ts';

const RULE = 'inputs';

/**
 * A workflow of the catalogue declares exactly the inputs that `--remote` sends, of the same type and with the same
 * default: GitHub refuses a dispatch with an input that is not declared, and ignores none.
 */
export function inputs(file: WorkflowFile): readonly Finding[] {
  const { entry, root } = file;
  if (!entry) return [];
  const on = mapUnder(root, 'on');
  const dispatchKey = on && keyOf(on, 'workflow_dispatch');
  if (!dispatchKey) {
    const message = `\`capture-cli ${entry.command.replaceAll(':', ' ')} --remote\` cannot start this workflow: it has no workflow_dispatch with inputs`;
    return [findingAt(file, RULE, startOf(keyOf(root, 'on')), message)];
  }
  const declared = mapUnder(mapUnder(on, 'workflow_dispatch'), 'inputs');
  return [
    ...entry.inputs
      .filter(({ name }) => !declared?.has(name))
      .map(({ name }) => findingAt(file, RULE, startOf(dispatchKey), `the input ${name} is sent and not declared`)),
    ...(declared?.items ?? []).flatMap(({ key }) => {
      if (!isScalar(key)) return [];
      const input = entry.inputs.find(({ name }) => name === key.value);
      if (!input)
        return [findingAt(file, RULE, startOf(key), `the input ${String(key.value)} is declared and never sent`)];
      return differences(file, input, mapUnder(declared, input.name), startOf(key));
    }),
  ];
}

function differences(
  file: WorkflowFile,
  input: WorkflowInput,
  declared: YAMLMap | undefined,
  keyOffset: number | undefined,
): readonly Finding[] {
  const expected = { type: input.type, required: String(input.required), default: input.default };
  // docs.github.com, "Workflow syntax": an input is a string that is not required unless it says something else.
  const unsaid: Readonly<Record<string, string>> = { type: 'string', required: 'false' };
  return Object.entries(expected).flatMap(([property, value]) => {
    const node = scalarUnder(declared, property);
    const said = node ? String(node.value ?? '') : unsaid[property];
    if (said === value) return [];
    const message = `the input ${input.name} has ${property} ${shown(said)} and should have ${shown(value)}`;
    return [findingAt(file, RULE, startOf(node) ?? keyOffset, message)];
  });
}

function shown(value: string | undefined): string {
  return value === undefined ? 'nothing' : JSON.stringify(value);
}
