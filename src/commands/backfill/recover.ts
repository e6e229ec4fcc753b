import * as Flags from '@oclif/core/flags';
import { BackfillCommand } from '../../cli/backfill-command.ts';
import { repositoryArgument } from '../../cli/backfill-run-command.ts';
import { EXIT } from '../../lib/exit-codes.ts';
import type { RecoveryFinding } from '../../lib/store/backfill-rows.ts';

export default class BackfillRecover extends BackfillCommand {
  static override summary = 'Explain what is not captured, chunk by chunk, and put it back into the queue';
  static override description =
    'Expired leases, failed chunks and quarantined pull requests are queued again; what is being worked on is left alone. Run the backfill afterwards.';
  static override examples = [
    '<%= config.bin %> backfill recover pytorch/pytorch',
    { description: 'Explain only', command: '<%= config.bin %> backfill recover pytorch/pytorch --dry-run' },
  ];
  static override exitCodes = [EXIT.done, EXIT.failed, EXIT.usage, EXIT.auth];
  static override args = { repository: repositoryArgument };
  static override flags = {
    'dry-run': Flags.boolean({ char: 'n', summary: 'Explain, and change nothing.' }),
  };

  async run(): Promise<{
    readonly repository: string;
    readonly applied: boolean;
    readonly chunks: readonly RecoveryFinding[];
  }> {
    const { args, flags } = await this.parse(BackfillRecover);
    const applied = !flags['dry-run'];
    return await this.withStore(await this.settings(), { mustExist: true }, async ({ store }) => {
      const { recoveryLines } = await import('../../lib/backfill/report.ts');
      const row = await this.knownBackfill(store, args.repository);
      const chunks = await store.recover(row.state_id, applied);
      for (const line of recoveryLines(row.repository, chunks, applied)) {
        this.log(line);
      }
      return { repository: row.repository, applied, chunks };
    });
  }
}
