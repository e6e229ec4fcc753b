import { mkdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { OperatorError } from '../../errors.ts';
import { EXIT } from '../../exit-codes.ts';
import { readIfPresent } from '../../read-if-present.ts';
import { replaceFile } from '../../replace-file.ts';
import { PIPELINES, type Pipeline } from '../catalogue/catalogue.ts';
import { WORKFLOW_FOLDER } from './checkout.ts';
import type { WorkflowNames } from './names.ts';
import { renderWorkflow, stateOf, type WorkflowState } from './render.ts';

/** A workflow of the catalogue in a repository: what is there, and what this version would write. */
export interface InstalledWorkflow {
  readonly pipeline: Pipeline;
  /** Below the root of the repository, with slashes. */
  readonly path: string;
  readonly state: WorkflowState;
  readonly present: string | undefined;
  readonly rendered: string;
}

export interface InstallationSource {
  /** The folder with the shipped workflows. */
  readonly shipped: string;
  readonly names: WorkflowNames;
  /** Version of this program, which the workflows will call. */
  readonly version: string;
}

/** How the workflows of pipelines stand in the repository at `root`. */
export async function inspectWorkflows(
  root: string,
  { shipped, names, version }: InstallationSource,
  pipelines: readonly Pipeline[] = PIPELINES,
): Promise<readonly InstalledWorkflow[]> {
  return await Promise.all(
    pipelines
      .flatMap((pipeline) => pipeline.workflows.map((file) => ({ pipeline, file })))
      .map(async ({ pipeline, file }) => {
        const present = (await readIfPresent(join(root, WORKFLOW_FOLDER, file))) ?? undefined;
        const rendered = renderWorkflow(await readFile(join(shipped, file), 'utf8'), names, version);
        const path = join(WORKFLOW_FOLDER, file).replaceAll('\\', '/');
        return { pipeline, path, state: stateOf(present, rendered), present, rendered };
      }),
  );
}

export interface InstallationChoice {
  /** Replace what another version or other settings have written. */
  readonly update: boolean;
  /** Replace what somebody has edited, too. */
  readonly force: boolean;
}

/**
 * The workflows that have to be written. All or nothing: what must not be replaced is told before anything is.
 *
 * @throws OperatorError `workflow_edited`, `workflow_outdated`, exit 2
 */
export function workflowsToWrite(
  workflows: readonly InstalledWorkflow[],
  { update, force }: InstallationChoice,
): readonly InstalledWorkflow[] {
  const edited = workflows.filter(({ state }) => state === 'edited');
  if (edited.length > 0 && !force) {
    throw refused(
      'workflow_edited',
      `${paths(edited)} ${edited.length === 1 ? 'has local edits and is' : 'have local edits and are'} not overwritten`,
      [
        'see what would change with `capture-cli workflows install --diff`',
        'overwrite with `capture-cli workflows install --force`: the edits are lost unless they are committed',
      ],
    );
  }
  const outdated = workflows.filter(({ state }) => state === 'outdated');
  if (outdated.length > 0 && !update && !force) {
    throw refused(
      'workflow_outdated',
      `${paths(outdated)} ${outdated.length === 1 ? 'was' : 'were'} written by another version or with other settings`,
      [
        'see what would change with `capture-cli workflows install --diff`',
        'write this version with `capture-cli workflows install --update`',
      ],
    );
  }
  return workflows.filter(({ state }) => state !== 'current');
}

/** Writes workflows whole: whoever reads one meanwhile sees the old one or the new one. */
export async function writeWorkflows(root: string, workflows: readonly InstalledWorkflow[]): Promise<void> {
  for (const { path, rendered } of workflows) {
    const target = join(root, path);
    await mkdir(dirname(target), { recursive: true });
    await replaceFile(target, rendered);
  }
}

function paths(workflows: readonly InstalledWorkflow[]): string {
  return workflows.map(({ path }) => path).join(', ');
}

function refused(code: string, message: string, nextSteps: readonly string[]): OperatorError {
  return new OperatorError(message, { code, exitCode: EXIT.usage, nextSteps });
}
