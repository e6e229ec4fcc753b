import { readFile } from 'node:fs/promises';
import { messageOf, OperatorError } from '../../errors.ts';
import { EXIT } from '../../exit-codes.ts';
import { type Lint, loadActionlint } from './actionlint.ts';
import { byPlace, type Finding } from './finding.ts';
import { dispatchedRuns } from './rules/dispatched-runs.ts';
import { inputs } from './rules/inputs.ts';
import { permissions } from './rules/permissions.ts';
import { pins } from './rules/pins.ts';
import { runExpressions } from './rules/run-expressions.ts';
import { parseWorkflow, type WorkflowRule } from './workflow-file.ts';

/** What actionlint does not know of: the house's rules. */
const RULES: readonly WorkflowRule[] = [inputs, dispatchedRuns, permissions, pins, runExpressions];

export interface CheckedWorkflow {
  readonly file: string;
  readonly findings: readonly Finding[];
}

/**
 * Checks workflow files by actionlint and by the rules of this product. The rules about inputs hold for the workflows of
 * the catalogue, recognised by their file name; the others for every file.
 *
 * @throws OperatorError `workflow_unreadable`, exit 2
 */
export async function checkWorkflows(files: readonly string[]): Promise<readonly CheckedWorkflow[]> {
  const lint = loadActionlint();
  const checked: CheckedWorkflow[] = [];
  for (const file of files) checked.push({ file, findings: await checkWorkflow(file, await read(file), lint) });
  return checked;
}

/** The findings of one workflow by its text, in the order of the file. */
export async function checkWorkflow(file: string, text: string, lint: Lint): Promise<readonly Finding[]> {
  const workflow = parseWorkflow(file, text);
  if (!('root' in workflow)) return workflow;
  return [...(await lint(file, text)), ...RULES.flatMap((rule) => rule(workflow))].sort(byPlace);
}

async function read(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (thrown) {
    throw new OperatorError(`the workflow ${file} cannot be read: ${messageOf(thrown)}`, {
      code: 'workflow_unreadable',
      exitCode: EXIT.usage,
      nextSteps: ['correct the path', 'see what is installed with `capture-cli workflows list`'],
      cause: thrown,
    });
  }
}
