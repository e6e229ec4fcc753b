import { appendFile } from 'node:fs/promises';
import * as Flags from '@oclif/core/flags';
import { BackfillRunCommand, repositoryArgument } from '../../cli/backfill-run-command.ts';
import { formatQuantity } from '../../lib/progress/format.ts';

export interface BackfillPlan {
  readonly repository: string;
  readonly total: number;
  /** Chunks that wait for a worker. */
  readonly chunks: number;
  /** One number for each worker that is worth starting: the matrix of a workflow. */
  readonly workers: readonly number[];
  /** ISO time, or null for all pull requests. A worker that is given days back may count them from another day. */
  readonly since: string | null;
}

export default class BackfillPlanCommand extends BackfillRunCommand {
  static override summary = 'Enumerate a repository and form the chunks, for workers to capture';
  static override description =
    'The first job of a workflow: afterwards any number of `backfill` workers share the chunks through the store. Captures nothing itself.';
  static override examples = [
    '<%= config.bin %> backfill plan pytorch/pytorch',
    {
      description: 'As the matrix of a workflow',
      command: '<%= config.bin %> backfill plan pytorch/pytorch --workers 8 --github-output',
    },
  ];
  static override args = { repository: repositoryArgument };
  static override flags = {
    workers: Flags.integer({
      summary: 'Workers to start at the most, 1 to 256.',
      min: 1,
      max: 256,
      default: 1,
      helpValue: 'N',
    }),
    'github-output': Flags.boolean({
      summary: 'Append workers=[1,2,…], chunks=N and since=TIME to the file in GITHUB_OUTPUT.',
    }),
  };

  async run(): Promise<BackfillPlan> {
    const { args, flags } = await this.parse(BackfillPlanCommand);
    const choice = { fresh: false, liftPause: false, planOnly: true };
    const plan = await this.runBackfill(args.repository, flags, choice, async ({ store }, result) => {
      const { chunks, since } = await this.knownBackfill(store, result.repository);
      const waiting = (chunks?.['pending'] ?? 0) + (chunks?.['processing'] ?? 0);
      // With nothing left to capture one worker is still needed, to compare the result with GitHub.
      const count = Math.max(1, Math.min(flags.workers, waiting));
      return {
        repository: result.repository,
        total: result.total,
        chunks: waiting,
        workers: Array.from({ length: count }, (_, i) => i + 1),
        since: since === null ? null : new Date(since).toISOString(),
      };
    });
    if (flags['github-output']) {
      await this.#writeOutput(plan);
    }
    this.log(
      `${plan.repository}: ${formatQuantity(plan.chunks, 'chunk')} for ${formatQuantity(plan.workers.length, 'worker')}`,
    );
    return plan;
  }

  async #writeOutput(plan: BackfillPlan): Promise<void> {
    const file = this.io.env['GITHUB_OUTPUT'];
    if (file) {
      const { workers, chunks, since } = plan;
      await appendFile(file, `workers=${JSON.stringify(workers)}\nchunks=${chunks}\nsince=${since ?? ''}\n`);
    } else {
      this.warn('GITHUB_OUTPUT is not set: nothing was written there');
    }
  }
}
