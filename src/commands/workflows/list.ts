import { join } from 'node:path';
import { BaseCommand } from '../../cli/base-command.ts';
import { EXIT } from '../../lib/exit-codes.ts';

interface ListedWorkflow {
  readonly pipeline: string;
  /** The commands that start it. */
  readonly commands: readonly string[];
  readonly path: string;
  readonly state: 'missing' | 'current' | 'outdated' | 'edited';
}

const STATES: Readonly<Record<ListedWorkflow['state'], string>> = {
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
    const [{ checkoutRoot, WORKFLOW_FOLDER }, { inspectWorkflows }] = await Promise.all([
      import('../../lib/actions/workflows/checkout.ts'),
      import('../../lib/actions/workflows/installation.ts'),
    ]);
    const { values } = await this.settings();
    const root = await checkoutRoot(process.cwd());
    const found = await inspectWorkflows(root, {
      shipped: join(this.config.root, WORKFLOW_FOLDER),
      names: values.actions,
      version: this.config.version,
    });
    const workflows = found.map(({ pipeline: { pipeline, commands }, path, state }) => ({
      pipeline,
      commands: commands.map((command) => command.replaceAll(':', ' ')),
      path,
      state,
    }));
    for (const files of Map.groupBy(workflows, ({ pipeline }) => pipeline).values()) {
      this.log(`${files[0]?.commands.join(', ')}: ${files[0]?.pipeline}`);
      for (const { path, state } of files) this.log(`  ${path}  ${STATES[state]}`);
    }
    if (workflows.some(({ state }) => state === 'missing')) this.tell('Next: capture-cli workflows install');
    if (workflows.some(({ state }) => state === 'outdated')) this.tell('Next: capture-cli workflows install --update');
    return { root, workflows };
  }
}
