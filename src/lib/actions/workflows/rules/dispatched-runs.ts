import { isMap, isScalar } from 'yaml';
import type { Finding } from '../finding.ts';
import { findingAt, keyOf, mapUnder, scalarUnder, startOf, textOf, type WorkflowFile } from '../workflow-file.ts';

const ECHO = /\$\{\{[^}]*\binputs\.request_id\b/;

/**
 * A workflow that is dispatched with a `request_id` echoes it in the title of the run, by which the run is found when
 * GitHub does not tell its id, and says which of its runs exclude each other.
 */
export function dispatchedRuns(file: WorkflowFile): readonly Finding[] {
  const { entry, root } = file;
  const on = mapUnder(root, 'on');
  const dispatched = entry ?? mapUnder(mapUnder(on, 'workflow_dispatch'), 'inputs')?.has('request_id');
  return dispatched ? [...runName(file), ...concurrency(file)] : [];
}

function runName(file: WorkflowFile): readonly Finding[] {
  const name = scalarUnder(file.root, 'run-name');
  if (ECHO.test(textOf(name))) return [];
  const message = 'run-name does not echo the request: add inputs.request_id, so that the run can be found';
  return [findingAt(file, 'run-name', startOf(keyOf(file.root, 'run-name')), message)];
}

function concurrency(file: WorkflowFile): readonly Finding[] {
  const found = (node: unknown, message: string): Finding[] => [findingAt(file, 'concurrency', startOf(node), message)];
  const said: unknown = file.root.get('concurrency', true);
  if (isScalar(said) && typeof said.value === 'string') return [];
  if (!isMap(said))
    return found(keyOf(file.root, 'concurrency'), 'nothing says which runs exclude each other: add concurrency');
  if (textOf(scalarUnder(said, 'group')) === '') return found(said, 'concurrency has no group');
  const cancels = scalarUnder(said, 'cancel-in-progress');
  return cancels?.value === true
    ? found(cancels, 'a newer run cancels the one in progress in the middle of its work: set it to false')
    : [];
}
