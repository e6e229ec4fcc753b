import { join } from 'node:path';
import * as Args from '@oclif/core/args';
import { boolean, string } from '@oclif/core/flags';
import { BaseCommand } from '../../cli/base-command.ts';
import type { Pipeline } from '../../lib/actions/catalogue/catalogue.ts';
import type { NeededValue } from '../../lib/actions/workflows/names.ts';
import type { ResolvedConfig } from '../../lib/config/resolve.ts';
import { EXIT } from '../../lib/exit-codes.ts';

interface Installation {
  readonly root: string;
  /** Paths below `root`. */
  readonly written: readonly string[];
  readonly unchanged: readonly string[];
  readonly needed: readonly NeededValue[];
  readonly nextCommands: readonly string[];
}

export default class WorkflowsInstall extends BaseCommand {
  static override summary = 'Write the workflows into a repository, with the names of its secrets';
  static override description =
    'Takes the owner and the names of the App, the secrets and the variables from the settings under actions:. Without COMMAND it writes those of all pipelines, those of the doc pack only where there is a registry of libraries, that of the installs cache only where the settings name something to count. A file with local edits is never overwritten without --force. Tells which secrets must exist; it sends nothing to GitHub.';
  static override examples = [
    { description: 'Into the checkout that you are in', command: '<%= config.bin %> workflows install' },
    { description: 'Only those of the doc pack', command: '<%= config.bin %> workflows install scrape' },
    { description: 'Into another one', command: '<%= config.bin %> workflows install --path ../jobs' },
    { description: 'See what a new version would change', command: '<%= config.bin %> workflows install --diff' },
    { description: 'After an upgrade', command: '<%= config.bin %> workflows install --update' },
  ];
  static override exitCodes = [EXIT.done, EXIT.failed, EXIT.usage];
  static override args = {
    command: Args.string({ description: 'command whose workflows are written, as in backfill or scrape' }),
  };
  static override flags = {
    path: string({ summary: 'Folder of the checkout to write into.', helpValue: 'DIR', default: '.' }),
    update: boolean({ summary: 'Replace workflows that another version or other settings have written.' }),
    force: boolean({ summary: 'Replace workflows with local edits, too.' }),
    diff: boolean({ summary: 'Print what would change. Writes nothing.', exclusive: ['update', 'force'] }),
  };

  async run(): Promise<Installation | { readonly root: string; readonly diff: readonly string[] }> {
    const { args, flags } = await this.parse(WorkflowsInstall);
    const [{ checkoutRoot, WORKFLOW_FOLDER }, { inspectWorkflows, workflowsToWrite, writeWorkflows }] =
      await Promise.all([
        import('../../lib/actions/workflows/checkout.ts'),
        import('../../lib/actions/workflows/installation.ts'),
      ]);
    const settings = await this.settings();
    const { actions: names } = settings.values;
    const root = await checkoutRoot(flags.path, 'name its folder: capture-cli workflows install --path DIR');
    const source = { shipped: join(this.config.root, WORKFLOW_FOLDER), names, version: this.config.version };
    const pipelines = await this.#pipelines(args.command, settings);
    const workflows = await inspectWorkflows(root, source, pipelines);
    if (flags.diff) {
      const { installationDiff } = await import('../../lib/actions/workflows/installation-diff.ts');
      const diff = installationDiff(workflows);
      for (const line of diff) this.log(line);
      if (diff.length === 0) this.tell('Nothing would change.');
      return { root, diff };
    }

    const toWrite = workflowsToWrite(workflows, flags);
    await writeWorkflows(root, toWrite);
    const [{ neededValues }, { nextCommands, setupLines }] = await Promise.all([
      import('../../lib/actions/workflows/names.ts'),
      import('../../lib/actions/workflows/next-steps.ts'),
    ]);
    const texts = workflows.map(({ rendered }) => rendered);
    const needed = neededValues(texts, names);
    const written = toWrite.map(({ path }) => path);
    const unchanged = workflows.map(({ path }) => path).filter((path) => !written.includes(path));
    for (const path of written) this.log(`Wrote ${join(root, path)}`);
    for (const path of unchanged) this.log(`${join(root, path)} is up to date`);
    const repository = await this.#repository(root, settings);
    const next = nextCommands(pipelines, repository);
    for (const line of setupLines(needed, repository, next)) this.log(line);
    return { root, written, unchanged, needed, nextCommands: next };
  }

  async #pipelines(command: string | undefined, { values }: ResolvedConfig): Promise<readonly Pipeline[]> {
    const { lackOf, usablePipelines } = await import('../../cli/usable-pipelines.ts');
    const { chosen, leftOut } = await usablePipelines(values, command);
    for (const { pipeline, commands, needs } of leftOut) {
      if (needs === null) continue;
      const [first = ''] = commands;
      const typed = first.includes(':') ? `"${first.replaceAll(':', ' ')}"` : first;
      this.detail(
        `left out, as ${lackOf(needs, values)}: ${pipeline}; capture-cli workflows install ${typed} writes it`,
      );
    }
    return chosen;
  }

  /** The repository that is to run them: as it is set, else that of the checkout; undefined where neither tells. */
  async #repository(root: string, { values }: ResolvedConfig): Promise<string | undefined> {
    if (values.actions.repository !== undefined) return values.actions.repository;
    const [{ originUrl }, { repositoryPath }] = await Promise.all([
      import('../../cli/origin-url.ts'),
      import('../../lib/github/repository/repository-name.ts'),
    ]);
    const origin = await originUrl(root);
    return origin === undefined ? undefined : repositoryPath(origin);
  }
}
