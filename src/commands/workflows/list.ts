import { join } from 'node:path';
import { BaseCommand } from '../../cli/base-command.ts';
import type { PipelineNeed } from '../../lib/actions/catalogue/catalogue-entry.ts';
import type { WorkflowState } from '../../lib/actions/workflows/render.ts';
import { EXIT } from '../../lib/exit-codes.ts';

interface ListedWorkflow {
  readonly pipeline: string;
  /** The commands that start it. */
  readonly commands: readonly string[];
  readonly path: string;
  readonly state: WorkflowState;
  /** What the pipeline needs and is not here; null where nothing is missing. */
  readonly lacks: PipelineNeed | null;
}

const STATES: Readonly<Record<WorkflowState, string>> = {
  missing: 'not installed',
  current: 'installed',
  outdated: 'installed, by another version or with other settings',
  edited: 'installed, with local edits',
};

export default class WorkflowsList extends BaseCommand {
  static override summary = 'List the pipelines that run on GitHub Actions, and how their workflows stand here';
  static override description = 'Reads the git checkout that it is called in; GitHub is asked nothing.';
  static override examples = [
    '<%= config.bin %> workflows list',
    { description: 'For a program', command: '<%= config.bin %> workflows list --json' },
  ];
  static override exitCodes = [EXIT.done, EXIT.failed, EXIT.usage];

  async run(): Promise<{ readonly root: string; readonly workflows: readonly ListedWorkflow[] }> {
    await this.parse(WorkflowsList);
    const [{ checkoutRoot, WORKFLOW_FOLDER }, { inspectWorkflows }, { lackOf, usablePipelines }] = await Promise.all([
      import('../../lib/actions/workflows/checkout.ts'),
      import('../../lib/actions/workflows/installation.ts'),
      import('../../cli/usable-pipelines.ts'),
    ]);
    const { values } = await this.settings();
    const root = await checkoutRoot(process.cwd());
    const found = await inspectWorkflows(root, {
      shipped: join(this.config.root, WORKFLOW_FOLDER),
      names: values.actions,
      version: this.config.version,
    });
    const { leftOut } = await usablePipelines(values);
    const workflows = found.map(({ pipeline, path, state }) => ({
      pipeline: pipeline.pipeline,
      commands: pipeline.commands.map((command) => command.replaceAll(':', ' ')),
      path,
      state,
      lacks: leftOut.includes(pipeline) ? pipeline.needs : null,
    }));
    const width = Math.max(...workflows.map(({ path }) => path.length));
    for (const files of Map.groupBy(workflows, ({ pipeline }) => pipeline).values()) {
      const [{ commands, pipeline, lacks } = { commands: [], pipeline: '', lacks: null }] = files;
      const lack = lacks === null ? '' : ` (cannot be used here: ${lackOf(lacks, values)})`;
      this.log(`${commands.join(', ')}: ${pipeline}${lack}`);
      for (const { path, state } of files) this.log(`  ${path.padEnd(width)}  ${STATES[state]}`);
    }
    for (const option of nextOptions(workflows)) this.tell(`Next: capture-cli workflows install${option}`);
    return { root, workflows };
  }
}

/** With what `workflows install` is to be called; what it would refuse or leave out is not suggested. */
function nextOptions(workflows: readonly ListedWorkflow[]): readonly string[] {
  const states = new Set(workflows.filter(({ lacks }) => lacks === null).map(({ state }) => state));
  if (states.has('edited')) return [' --diff'];
  if (states.has('outdated')) return [' --update'];
  return states.has('missing') ? [''] : [];
}
