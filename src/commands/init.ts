import { constants } from 'node:fs';
import { access, copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { boolean } from '@oclif/core/flags';
import { BaseCommand } from '../cli/base-command.ts';
import { confirm } from '../lib/confirm.ts';
import { OperatorError } from '../lib/errors.ts';
import { EXIT } from '../lib/exit-codes.ts';

export default class Init extends BaseCommand {
  static override summary = 'Write a .deadzonerc that documents every setting';
  static override description =
    'Writes .deadzonerc into the current folder, with every setting, its default and what it means. A file that is there is never overwritten without --force.';
  static override examples = [
    { description: 'Write the file', command: '<%= config.bin %> init' },
    { description: 'Write it without being asked, as in a script', command: '<%= config.bin %> init --yes' },
  ];
  static override exitCodes = [EXIT.done, EXIT.failed, EXIT.usage];
  static override flags = {
    force: boolean({ summary: 'Overwrite a .deadzonerc that is there.' }),
    yes: boolean({ char: 'y', summary: 'Do not ask.' }),
  };

  async run(): Promise<{ path: string; written: boolean; nextCommands: readonly string[] }> {
    const { flags } = await this.parse(Init);
    const path = join(process.cwd(), '.deadzonerc');
    const exists = await access(path).then(
      () => true,
      () => false,
    );
    const ask = this.io.canPrompt && !flags.yes && !this.jsonEnabled();
    if (exists && !flags.force && !ask) throw fileExists(path);

    const question = exists ? `${path} exists. Overwrite it?` : `Write ${path}?`;
    const nextCommands = [`${this.config.bin} doctor`, `${this.config.bin} backfill OWNER/REPO`];
    if (ask && !(exists && flags.force) && !(await confirm(this.io, question, !exists))) {
      this.log('Nothing was written.');
      return { path, written: false, nextCommands };
    }
    const mode = exists ? 0 : constants.COPYFILE_EXCL;
    await copyFile(join(this.config.root, '.deadzonerc.example'), path, mode);
    this.log(`Wrote ${path}`);
    this.log('Next:');
    for (const command of nextCommands) this.log(`  $ ${command}`);
    return { path, written: true, nextCommands };
  }
}

function fileExists(path: string): OperatorError {
  return new OperatorError(`${path} exists already`, {
    code: 'config_exists',
    exitCode: EXIT.usage,
    nextSteps: ['edit it', 'or overwrite it with `capture-cli init --force`'],
  });
}
