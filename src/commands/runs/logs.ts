import * as Flags from '@oclif/core/flags';
import { RunsCommand, runArgument } from '../../cli/runs-command.ts';
import { OperatorError } from '../../lib/errors.ts';
import { EXIT } from '../../lib/exit-codes.ts';

/** Under `--json`: which jobs there are; their logs are text and are printed without `--json` only. */
interface PrintedLogs {
  readonly repository: string;
  readonly runId: string;
  readonly jobs: readonly { readonly jobId: string; readonly name: string; readonly printed: boolean }[];
}

export default class RunsLogs extends RunsCommand {
  static override summary = 'Print the logs of the jobs of a run that have ended';
  static override description =
    'A job has its log as soon as it ends, while the run goes on; lines of a job that still runs cannot be had from GitHub. Of escape sequences only colours are printed, and those on a terminal only.';
  static override examples = [
    '<%= config.bin %> runs logs 16234567890',
    { description: 'Of one job', command: "<%= config.bin %> runs logs 16234567890 --job 'Worker 3'" },
    { description: 'Of what failed', command: '<%= config.bin %> runs logs 16234567890 --failed' },
  ];
  static override exitCodes = [EXIT.done, EXIT.failed, EXIT.usage, EXIT.auth, EXIT.rateLimited, EXIT.interrupted];
  static override args = { run: { ...runArgument, required: true } };
  static override flags = {
    job: Flags.string({ summary: 'Of this job only, by its name or number.', helpValue: 'JOB' }),
    failed: Flags.boolean({ summary: 'Of failed jobs only.' }),
  };

  async run(): Promise<PrintedLogs> {
    const { args, flags } = await this.parse(RunsLogs);
    const [{ listJobs }, { printJobLog }, { MEANING, runState }, { runUnknown }] = await Promise.all([
      import('../../lib/actions/runs/run-list.ts'),
      import('../../lib/actions/logs/print-log.ts'),
      import('../../lib/actions/runs/run-state.ts'),
      import('../../lib/actions/runs/run-errors.ts'),
    ]);
    const settings = await this.settings();
    const { repository, runId } = await this.namedRun(args.run ?? '', flags['dispatch-repo'], settings);
    const run = { repository: `${repository.owner}/${repository.name}`, runId };
    const github = await this.connect(settings);
    const jobs = await listJobs(github, repository, runId, this.signal);
    if (!jobs) throw runUnknown(run);
    const named = jobs.filter(
      ({ id, name }) => flags.job === undefined || name === flags.job || String(id) === flags.job,
    );
    if (named.length === 0 && flags.job !== undefined)
      throw jobUnknown(
        flags.job,
        jobs.map(({ name }) => name),
      );
    const chosen = named.filter((job) => !flags.failed || MEANING[runState(job.status, job.conclusion)].wrong);
    const printed: PrintedLogs['jobs'][number][] = [];
    const colour = this.io.stdout.isTTY === true;
    for (const job of chosen) {
      const { ended } = MEANING[runState(job.status, job.conclusion)];
      const subject = { jobId: String(job.id), name: job.name };
      const log = { github, fetch: globalThis.fetch, signal: this.signal };
      const has = ended && (await printJobLog(log, repository, subject, (line) => this.log(line), colour));
      if (!has) this.tell(`${job.name}: ${ended ? 'there is no log of it' : 'it has not ended, and has no log yet'}`);
      printed.push({ ...subject, printed: has });
    }
    if (chosen.length === 0) this.tell(flags.failed ? 'No job of this run has failed.' : 'This run has no jobs.');
    return { ...run, jobs: printed };
  }
}

function jobUnknown(given: string, names: readonly string[]): OperatorError {
  return new OperatorError(`the run has no job "${given}"`, {
    code: 'job_unknown',
    exitCode: EXIT.usage,
    nextSteps: [`its jobs are: ${names.slice(0, 20).join(', ')}${names.length > 20 ? ', …' : ''}`],
  });
}
