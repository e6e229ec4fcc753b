import { Flags } from '@oclif/core';
import { BackfillRunCommand, repositoryArgument } from '../../backfill-run-command.ts';
import type { Estimate } from '../../lib/backfill/estimate.ts';
import type { BackfillResult } from '../../lib/backfill/inputs.ts';
import { EXIT } from '../../lib/exit-codes.ts';
import { mistypedVerb } from '../../unknown-command.ts';

export default class Backfill extends BackfillRunCommand {
  static override summary = 'Capture every pull request of a repository, with files, reviews, comments and commits';
  static override description =
    `Enumerates the pull requests, captures them in small chunks and compares the result with GitHub. It can be stopped at any moment: the same command goes on where it ended, and once it is finished captures only what changed. Several workers may share one store.

Without SUPABASE_URL the rows go to an embedded database in .deadzone/store.`;
  static override examples = [
    { description: 'Capture a repository', command: '<%= config.bin %> backfill pytorch/pytorch' },
    { description: 'See what it would cost', command: '<%= config.bin %> backfill pytorch/pytorch --dry-run' },
    {
      description: 'Work for ten minutes, then stop',
      command: '<%= config.bin %> backfill pytorch/pytorch --max-minutes 10',
    },
    {
      description: 'Only what changed in the last month, without files',
      command: '<%= config.bin %> backfill pytorch/pytorch --since 30d --only reviews,comments,commits',
    },
    { description: 'For a program', command: '<%= config.bin %> backfill pytorch/pytorch --json' },
  ];
  static override args = { repository: repositoryArgument };
  static override flags = {
    fresh: Flags.boolean({
      summary: 'Forget the progress of an unfinished backfill and capture everything again. No row is deleted.',
    }),
    'dry-run': Flags.boolean({ char: 'n', summary: 'Tell what would be done and what it would cost. Writes nothing.' }),
    'allow-unfinished': Flags.boolean({
      summary: 'Exit with 0, not 69 or 75, when a limit or a pause stopped it: what is left is for another worker.',
    }),
  };

  async run(): Promise<BackfillResult | Estimate> {
    const { args, flags } = await this.parse(Backfill);
    const mistyped = mistypedVerb('backfill', args.repository, this.config);
    if (mistyped) throw mistyped;
    if (!flags['dry-run']) {
      const result = await this.capture(args.repository, flags, { fresh: flags.fresh, liftPause: false });
      if (flags['allow-unfinished'] && isUnfinished(process.exitCode)) process.exitCode = EXIT.done;
      return result;
    }
    const [{ estimate }, { estimateLines }] = await Promise.all([
      import('../../lib/backfill/estimate.ts'),
      import('../../lib/backfill/report.ts'),
    ]);
    const settings = await this.runSettings(flags);
    const inputs = await this.inputs(args.repository, flags, settings, { fresh: flags.fresh, liftPause: false });
    const connectGitHub = await this.gitHubConnector(settings, inputs.maxWaitMs);
    const result = await estimate(connectGitHub({}), inputs, this.signal);
    for (const line of estimateLines(result, this.clock.now())) {
      this.log(line);
    }
    return result;
  }
}

function isUnfinished(exitCode: typeof process.exitCode): boolean {
  return exitCode === EXIT.notFinished || exitCode === EXIT.rateLimited;
}
