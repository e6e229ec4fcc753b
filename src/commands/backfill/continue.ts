import { appendFile } from 'node:fs/promises';
import * as Flags from '@oclif/core/flags';
import { BackfillRunCommand, repositoryArgument } from '../../cli/backfill-run-command.ts';
import type { RemoteResult } from '../../cli/remote-command.ts';
import type { Continuation } from '../../lib/backfill/continuation.ts';
import { EXIT } from '../../lib/exit-codes.ts';

export interface BackfillContinuation {
  readonly repository: string;
  readonly continuation: Continuation;
  /** The run that goes on; null when there is none. */
  readonly run: RemoteResult | null;
}

const WHY_HALTED: Readonly<Record<Extract<Continuation, { decision: 'halt' }>['reason'], string>> = {
  paused: 'it is paused',
  rate_limit: 'the rate limit is used up: the next scheduled run goes on',
  no_progress: 'the workers of this run stored nothing, so another run would only repeat it',
  too_many_generations: 'too many runs have followed each other',
};

export default class BackfillContinue extends BackfillRunCommand {
  static override summary = 'Start the next run of the workflow if chunks are left';
  static override description =
    'The last job of a workflow run: schedules are late or dropped, so a run that leaves work starts the one that goes on with it. Never after a run that stored nothing, and never without end.';
  static override examples = [
    {
      description: 'As the workflow calls it',
      command: '<%= config.bin %> backfill continue pytorch/pytorch --generation 0 --workers 4 --github-output',
    },
  ];
  static override args = { repository: repositoryArgument };
  static override flags = {
    generation: Flags.integer({ summary: 'How many runs this one continues.', min: 0, default: 0, helpValue: 'N' }),
    workers: Flags.integer({ summary: 'Workers of each run.', min: 1, max: 256, default: 1, helpValue: 'N' }),
    'github-output': Flags.boolean({
      summary: 'Append continued=true or continued=false to the file in GITHUB_OUTPUT.',
    }),
  };

  /** The workflow that goes on is the one of the backfill. */
  protected override readonly remoteCommand = 'backfill';

  async run(): Promise<BackfillContinuation> {
    const { args, flags } = await this.parse(BackfillContinue);
    const settings = await this.runSettings(flags);
    const inputs = await this.inputs(args.repository, flags, settings, { fresh: false, liftPause: false });
    const [{ decideContinuation }, { runHost }] = await Promise.all([
      import('../../lib/backfill/continuation.ts'),
      import('../../lib/backfill/worker-name.ts'),
    ]);
    const { repository, continuation } = await this.withStore(settings, { mustExist: true }, async ({ store }) => {
      const standing = await this.knownBackfill(store, `${inputs.repository.owner}/${inputs.repository.name}`);
      const recent = await store.recentRecords(standing.state_id, runHost(this.io.env), flags.workers);
      return { repository: standing.repository, continuation: decideContinuation(standing, flags.generation, recent) };
    });
    let run: RemoteResult | null = null;
    if (continuation.decision === 'continue') {
      const line = this.remoteLine(inputs, settings, { workers: flags.workers, generation: continuation.generation });
      const ref = this.io.env['GITHUB_REF_NAME'] || undefined;
      run = await this.runRemotely(line, { ...flags, detach: true, ref }, settings, await this.#requestId());
    } else if (continuation.decision === 'halt') {
      this.warn(`no run follows: ${WHY_HALTED[continuation.reason]}`);
      const harmless = continuation.reason === 'paused' || continuation.reason === 'rate_limit';
      process.exitCode = harmless ? EXIT.done : EXIT.failed;
    } else {
      this.log(`${repository}: nothing is left, no run follows`);
    }
    if (flags['github-output'] && this.io.env['GITHUB_OUTPUT']) {
      await appendFile(this.io.env['GITHUB_OUTPUT'], `continued=${run !== null}\n`);
    }
    return { repository, continuation, run };
  }

  /** In a run, what those who watch it look for; any request by hand. */
  async #requestId(): Promise<string | undefined> {
    const { GITHUB_RUN_ID: runId, GITHUB_RUN_ATTEMPT: attempt } = this.io.env;
    if (!runId) return undefined;
    const { continuationRequest } = await import('../../lib/actions/dispatch/continuation.ts');
    return continuationRequest(runId, Number(attempt) || 1);
  }
}
