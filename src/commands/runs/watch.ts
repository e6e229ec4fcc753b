import * as Flags from '@oclif/core/flags';
import { RunsCommand, runArgument } from '../../cli/runs-command.ts';
import type { WatchResult } from '../../lib/actions/watch/watch.ts';
import { EXIT } from '../../lib/exit-codes.ts';

/** Under `--json`; `run` is absent where Ctrl-C has ended the watching. */
interface Watched {
  readonly repository: string;
  readonly runId: string;
  readonly run?: WatchResult;
}

export default class RunsWatch extends RunsCommand {
  static override summary = 'Follow a run on GitHub Actions until it ends, and exit with its verdict';
  static override description =
    'Shows jobs and steps as they go, the log of each job as soon as that job ends, and of a backfill the progress that its workers write to the store. Ctrl-C ends the watching only: the run goes on.';
  static override examples = [
    { description: 'The run that was started last', command: '<%= config.bin %> runs watch --last' },
    '<%= config.bin %> runs watch 16234567890',
    {
      description: 'Stop at the first failed job, and print the logs of what failed',
      command: '<%= config.bin %> runs watch --last --fail-fast --log-failed',
    },
  ];
  static override args = { run: runArgument };
  static override flags = {
    last: Flags.boolean({ summary: 'The run that was last started through this store.' }),
    'exit-status': Flags.boolean({
      summary: "Exit with the run's verdict; with --no-exit-status with 0, however it ended.",
      default: true,
      allowNo: true,
    }),
    follow: Flags.boolean({
      summary: 'Go on with the run that a run starts itself while work is left; with --no-follow end with this one.',
      default: true,
      allowNo: true,
    }),
    compact: Flags.boolean({
      summary: 'Show only jobs that failed or run, without their steps, and only the logs of failed jobs.',
    }),
    'fail-fast': Flags.boolean({ summary: 'Stop watching at the first job that fails. The run goes on.' }),
    'log-failed': Flags.boolean({
      summary: 'Afterwards print the whole logs of the failed jobs on stdout.',
      exclusive: ['json', 'jsonl'],
    }),
    notify: Flags.boolean({ summary: 'Ring the bell and show a notification of the terminal when it has ended.' }),
    interval: Flags.integer({
      summary: 'Ask GitHub every so many seconds, 1 to 300; by the age of the run without it.',
      min: 1,
      max: 300,
      helpValue: 'SECONDS',
    }),
  };

  async run(): Promise<Watched> {
    const { args, flags } = await this.parse(RunsWatch);
    const settings = await this.settings();
    return await this.withStoreIfAny(settings, flags.last, async (store) => {
      const { repository, runId } = await this.watchedRun(args.run, flags, settings, store);
      const run = { repository: `${repository.owner}/${repository.name}`, runId };
      const progress = await this.progressOf(run, store);
      const ended = await this.watchRun(
        { run, repository, store, progress },
        {
          intervalMs: flags.interval === undefined ? undefined : flags.interval * 1_000,
          failFast: flags['fail-fast'],
          logs: flags.compact ? 'failed' : 'all',
          justDispatched: false,
          follow: flags.follow,
        },
        flags,
        settings,
      );
      if (!ended) return run;
      if (flags.notify) await this.#notify(ended);
      if (flags['log-failed']) {
        const github = await this.connect(settings);
        for (const failure of ended.failures) await this.printLog(github, repository, failure);
      }
      if (!flags['exit-status']) process.exitCode = EXIT.done;
      return { ...run, run: ended };
    });
  }

  async #notify({ title, state }: WatchResult): Promise<void> {
    if (!this.io.stderr.isTTY) return;
    const { notification } = await import('../../lib/actions/watch/notification.ts');
    this.io.stderr.write(notification(title, state));
  }
}
