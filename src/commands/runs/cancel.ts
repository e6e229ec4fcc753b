import * as Flags from '@oclif/core/flags';
import { RunsCommand, runArgument } from '../../cli/runs-command.ts';
import { EXIT } from '../../lib/exit-codes.ts';

export default class RunsCancel extends RunsCommand {
  static override summary = 'Cancel a run on GitHub Actions';
  static override description =
    'Workers get a few seconds to give back what they are at; what is captured is kept. The backfill itself stays as it is: `backfill cancel` ends that.';
  static override examples = [
    '<%= config.bin %> runs cancel 16234567890',
    { description: 'When it does not react', command: '<%= config.bin %> runs cancel 16234567890 --force' },
  ];
  static override exitCodes = [EXIT.done, EXIT.failed, EXIT.usage, EXIT.auth, EXIT.rateLimited];
  static override args = { run: { ...runArgument, required: true } };
  static override flags = {
    force: Flags.boolean({ summary: 'Also end jobs that run whatever happens. For a run that does not react.' }),
  };

  async run(): Promise<{ readonly repository: string; readonly runId: string }> {
    const { args, flags } = await this.parse(RunsCancel);
    const [{ cancelRun }, { watchCommand }] = await Promise.all([
      import('../../lib/actions/runs/cancel-run.ts'),
      import('../../lib/actions/runs/run-errors.ts'),
    ]);
    const settings = await this.settings();
    const { repository, runId } = await this.namedRun(args.run ?? '', flags['dispatch-repo'], settings);
    await cancelRun(await this.connect(settings), repository, runId, flags.force, this.signal);
    const run = { repository: `${repository.owner}/${repository.name}`, runId };
    this.log(`GitHub is cancelling run ${runId} of ${run.repository}.`);
    this.tell(`Next: ${watchCommand(run)}`);
    return run;
  }
}
