import * as Flags from '@oclif/core/flags';
import type { InferredFlags } from '@oclif/core/interfaces';
import { BackfillRunCommand, repositoryArgument } from '../../cli/backfill-run-command.ts';
import type { RemoteDryRun, RemoteResult } from '../../cli/remote-command.ts';
import { REMOTE_FLAGS } from '../../cli/remote-flags.ts';
import { mistypedVerb } from '../../cli/unknown-command.ts';
import type { BackfillInputs, BackfillResult } from '../../lib/backfill/inputs.ts';
import type { Estimate } from '../../lib/backfill/plan/estimate.ts';
import type { ResolvedConfig } from '../../lib/config/resolve.ts';

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
    {
      description: 'On GitHub Actions, with four workers, into the hosted store',
      command: '<%= config.bin %> backfill pytorch/pytorch --remote --workers 4',
    },
    { description: 'For a program', command: '<%= config.bin %> backfill pytorch/pytorch --json' },
  ];
  static override args = { repository: repositoryArgument };
  static override flags = {
    fresh: Flags.boolean({
      summary: 'Forget the progress of an unfinished backfill and capture everything again. No row is deleted.',
    }),
    'dry-run': Flags.boolean({ char: 'n', summary: 'Tell what would be done and what it would cost. Writes nothing.' }),
    ...REMOTE_FLAGS,
    workers: Flags.integer({
      summary: 'Jobs that capture at the same time, 1 to 256; 1 without it.',
      min: 1,
      max: 256,
      dependsOn: ['remote'],
      helpValue: 'N',
      helpGroup: 'REMOTE',
    }),
  };

  async run(): Promise<BackfillResult | Estimate | RemoteResult | (Estimate & RemoteDryRun)> {
    const { args, flags } = await this.parse(Backfill);
    const mistyped = mistypedVerb('backfill', args.repository, this.config);
    if (mistyped) throw mistyped;
    if (flags.remote) return await this.#remotely(args.repository, flags);
    if (!flags['dry-run']) {
      return await this.capture(args.repository, flags, { fresh: flags.fresh, liftPause: false });
    }
    const settings = await this.runSettings(flags);
    const inputs = await this.inputs(args.repository, flags, settings, { fresh: flags.fresh, liftPause: false });
    return await this.#estimate(settings, inputs);
  }

  async #estimate(settings: ResolvedConfig, inputs: BackfillInputs): Promise<Estimate> {
    const [{ estimate }, { estimateLines }] = await Promise.all([
      import('../../lib/backfill/plan/estimate.ts'),
      import('../../lib/backfill/report.ts'),
    ]);
    const connectGitHub = await this.gitHubConnector(settings, inputs.maxWaitMs);
    const result = await estimate(connectGitHub({}), inputs, this.signal);
    for (const line of estimateLines(result, this.clock.now())) {
      this.log(line);
    }
    return result;
  }

  async #remotely(repository: string, flags: BackfillFlags): Promise<RemoteResult | (Estimate & RemoteDryRun)> {
    const { refuseLocalFlags } = await import('../../cli/remote-flags.ts');
    refuseLocalFlags(this.id ?? '', { ...flags, 'dry-run': undefined });
    const settings = await this.runSettings(flags);
    // Parsed here, so that what the workflow would refuse is refused before anything is sent.
    const inputs = await this.inputs(repository, flags, settings, { fresh: false, liftPause: false });
    const line = this.remoteLine(inputs, settings, { workers: flags.workers });
    if (!flags['dry-run']) return await this.runRemotely(line, flags, settings);
    const dryRun = await this.showRemotely(line, flags, settings);
    return { ...(await this.#estimate(settings, inputs)), ...dryRun };
  }
}

type BackfillFlags = InferredFlags<typeof Backfill.flags & typeof Backfill.baseFlags>;
