import * as Flags from '@oclif/core/flags';
import { RunsCommand, runArgument } from '../../cli/runs-command.ts';
import { EXIT } from '../../lib/exit-codes.ts';
import type { RunState } from '../../lib/progress/runs/events.ts';

interface JobLog {
  readonly jobId: string;
  readonly name: string;
  readonly state: RunState;
  /** The whole log, under `--json` and `--jsonl`; null where there is none. */
  readonly lines?: readonly string[] | null;
}

interface RunLogs {
  readonly repository: string;
  readonly runId: string;
  readonly jobs: readonly JobLog[];
}

export default class RunsLogs extends RunsCommand {
  static override summary = 'Print the logs of the jobs of a run that have ended';
  static override description =
    'A job has its log as soon as it ends, while the run goes on; lines of a job that still runs cannot be had from GitHub. Of escape sequences only colours are printed, and those on a terminal only.';
  static override examples = [
    '<%= config.bin %> runs logs 16234567890',
    { description: 'Of one job', command: "<%= config.bin %> runs logs 16234567890 --job 'Worker 3'" },
    { description: 'Of what failed', command: '<%= config.bin %> runs logs 16234567890 --failed' },
    {
      description: 'For a program',
      command: "<%= config.bin %> runs logs 16234567890 --json | jq -r '.jobs[0].lines[]'",
    },
  ];
  static override exitCodes = [EXIT.done, EXIT.failed, EXIT.usage, EXIT.auth, EXIT.rateLimited, EXIT.interrupted];
  static override args = { run: { ...runArgument, required: true } };
  static override flags = {
    job: Flags.string({ summary: 'Of this job only, by its name or number.', helpValue: 'JOB' }),
    failed: Flags.boolean({ summary: 'Of failed jobs only.' }),
  };

  async run(): Promise<RunLogs> {
    const { args, flags } = await this.parse(RunsLogs);
    const [{ listJobs }, { chosenJobs }, { MEANING, runState }, { runUnknown }, { sanitize }] = await Promise.all([
      import('../../lib/actions/runs/run-list.ts'),
      import('../../lib/actions/logs/chosen-jobs.ts'),
      import('../../lib/actions/runs/run-state.ts'),
      import('../../lib/actions/runs/run-errors.ts'),
      import('../../lib/progress/sanitize.ts'),
    ]);
    const settings = await this.settings();
    const { repository, runId } = await this.namedRun(args.run ?? '', flags['dispatch-repo'], settings);
    const run = { repository: `${repository.owner}/${repository.name}`, runId };
    const github = await this.connect(settings);
    const jobs = await listJobs(github, repository, runId, this.signal);
    if (!jobs) throw runUnknown(run);
    const chosen = chosenJobs(jobs, flags, run);
    const logs: JobLog[] = [];
    for (const { id, name, status, conclusion } of chosen) {
      const state = runState(status, conclusion);
      const job = { jobId: String(id), name, state };
      const { ended } = MEANING[state];
      const kept: string[] | undefined = this.jsonEnabled() || flags.jsonl ? [] : undefined;
      const has = ended && (await this.printLog(github, repository, job, kept));
      if (!has)
        this.tell(`${sanitize(name)}: ${ended ? 'there is no log of it' : 'it has not ended, and has no log yet'}`);
      logs.push(kept ? { ...job, lines: has ? kept : null } : job);
    }
    if (chosen.length === 0) this.tell(jobs.length === 0 ? 'This run has no jobs.' : nothingFailed(flags.job));
    return { ...run, jobs: logs };
  }
}

function nothingFailed(job: string | undefined): string {
  return job === undefined ? 'No job of this run has failed.' : `The job ${job} has not failed.`;
}
