import type { InputDeclaration, NodeMap, Scalar, WorkflowDocument } from './document.ts';

/** Inputs that GitHub refuses with 422, in GitHub's words. */
export class InputsRefused extends Error {
  override readonly name = 'InputsRefused';
}

/** docs.github.com: "The maximum number of top-level properties for inputs is 25." */
const MOST_INPUTS = 25;
/** docs.github.com: "The maximum payload for inputs is 65,535 characters." */
const MOST_CHARACTERS = 65_535;

type Declarations = Readonly<Record<string, InputDeclaration | null>>;

function typed(name: string, declared: InputDeclaration, value: Scalar): Scalar {
  const text = value === null ? '' : String(value);
  switch (declared.type) {
    case 'boolean':
      if (text === '') return false;
      if (text !== 'true' && text !== 'false')
        throw new InputsRefused(`Provided value '${text}' for input '${name}' not of type 'boolean'`);
      return text === 'true';
    case 'number':
      if (text === '') return 0;
      if (text.trim() === '' || !Number.isFinite(Number(text)))
        throw new InputsRefused(`Provided value '${text}' for input '${name}' not of type 'number'`);
      return Number(text);
    case 'choice':
      if (!declared.options?.includes(text))
        throw new InputsRefused(`Provided value '${text}' for input '${name}' not in the list of allowed values`);
      return text;
    default:
      return text;
  }
}

/** What the `inputs` context holds. @throws InputsRefused. */
function valuesOf(declarations: Declarations, given: NodeMap): Record<string, Scalar> {
  const unexpected = Object.keys(given).filter((name) => !Object.hasOwn(declarations, name));
  if (unexpected.length > 0) throw new InputsRefused(`Unexpected inputs provided: ${JSON.stringify(unexpected)}`);
  const values: Record<string, Scalar> = {};
  for (const [name, declaration] of Object.entries(declarations)) {
    const declared = declaration ?? {};
    const value = given[name];
    if (typeof value === 'object' && value !== null)
      throw new InputsRefused(`Provided value for input '${name}' is not a text`);
    const isAbsent = value === undefined || value === '';
    if (isAbsent && declared.required && declared.default === undefined)
      throw new InputsRefused(`Required input '${name}' not provided`);
    const fallback = declared.type === 'choice' ? (declared.default ?? declared.options?.[0] ?? '') : declared.default;
    values[name] = typed(name, declared, isAbsent ? (value ?? fallback ?? null) : value);
  }
  return values;
}

/** The inputs of a dispatch. @throws InputsRefused for what GitHub answers with 422. */
export function dispatchInputs(document: WorkflowDocument, given: NodeMap): Record<string, Scalar> {
  if (!Object.hasOwn(document.on, 'workflow_dispatch'))
    throw new InputsRefused("Workflow does not have 'workflow_dispatch' trigger");
  if (Object.keys(given).length > MOST_INPUTS)
    throw new InputsRefused(`you may only define up to ${MOST_INPUTS} \`inputs\` for a \`workflow_dispatch\` event`);
  if (JSON.stringify(given).length > MOST_CHARACTERS) throw new InputsRefused('inputs are too large.');
  return valuesOf(document.on.workflow_dispatch?.inputs ?? {}, given);
}

/** The inputs of a reusable workflow. @throws InputsRefused, which makes the calling run fail at its start. */
export function callInputs(document: WorkflowDocument, given: NodeMap): Record<string, Scalar> {
  return valuesOf(document.on.workflow_call?.inputs ?? {}, given);
}
