import { BackfillCommand } from '../../cli/backfill-command.ts';
import { repositoryArgument } from '../../cli/backfill-run-command.ts';
import { OperatorError } from '../../lib/errors.ts';
import { EXIT } from '../../lib/exit-codes.ts';
import type { BackfillProgress } from '../../lib/store/backfill-rows.ts';

export default class BackfillCancel extends BackfillCommand {
  static override summary = 'Cancel a backfill for good';
  static override description =
    'Workers finish the chunk that they are at and stop. What is captured is kept; a later backfill of the repository starts a new enumeration and captures only what is missing.';
  static override examples = ['<%= config.bin %> backfill cancel pytorch/pytorch'];
  static override exitCodes = [EXIT.done, EXIT.failed, EXIT.usage, EXIT.auth];
  static override args = { repository: repositoryArgument };

  async run(): Promise<BackfillProgress> {
    const { args } = await this.parse(BackfillCancel);
    return await this.withStore(await this.settings(), { mustExist: true }, async ({ store }) => {
      const row = await this.knownBackfill(store, args.repository);
      if (row.status !== 'active' && row.status !== 'paused') {
        throw new OperatorError(`the backfill of ${row.repository} is not under way: it is ${row.status}`, {
          code: 'backfill_not_active',
          exitCode: EXIT.usage,
          nextSteps: [`capture-cli backfill status ${row.repository}`],
        });
      }
      const { controlLines } = await import('../../lib/backfill/report.ts');
      const progress = await store.cancel(row.state_id);
      for (const line of controlLines(progress, 'cancelled')) {
        this.log(line);
      }
      return progress;
    });
  }
}
