import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import { BackfillCommand } from '../../cli/backfill-command.ts';
import { EXIT } from '../../lib/exit-codes.ts';
import type { StatusRow } from '../../lib/store/backfill-rows.ts';

export default class BackfillStatus extends BackfillCommand {
  static override summary = 'Show how far backfills are';
  static override description =
    'Reads the store only; GitHub is asked nothing. With --watch it follows a backfill that another process works on until that ends.';
  static override examples = [
    { description: 'All backfills of the store', command: '<%= config.bin %> backfill status' },
    { description: 'Follow one', command: '<%= config.bin %> backfill status pytorch/pytorch --watch' },
    { description: 'For a program', command: '<%= config.bin %> backfill status --json' },
  ];
  static override exitCodes = [EXIT.done, EXIT.failed, EXIT.usage, EXIT.auth, EXIT.interrupted];
  static override args = { repository: Args.string({ description: 'OWNER/REPO; all of the store without it' }) };
  static override flags = {
    watch: Flags.boolean({ char: 'w', summary: 'Follow it live until it ends.' }),
  };

  async run(): Promise<{ readonly backfills: readonly StatusRow[] }> {
    const { args, flags } = await this.parse(BackfillStatus);
    const settings = await this.settings();
    return await this.withStore(settings, { mustExist: true }, async ({ store, kind }) => {
      const rows =
        args.repository === undefined ? await store.status(null) : [await this.knownBackfill(store, args.repository)];
      const [newest] = rows;
      if (flags.watch && newest) {
        const { watchBackfill } = await import('../../lib/backfill/watch/watch.ts');
        await this.present(watchBackfill(store, this.clock, newest, kind, this.signal), flags);
        return { backfills: [await this.knownBackfill(store, newest.repository)] };
      }
      const { statusLines } = await import('../../lib/backfill/report.ts');
      if (rows.length === 0) {
        this.log('No backfill in this store yet. Start one: capture-cli backfill OWNER/REPO');
      }
      for (const row of rows) {
        for (const line of statusLines(row, this.clock.now())) {
          this.log(line);
        }
      }
      return { backfills: rows };
    });
  }
}
