import { BackfillRunCommand, repositoryArgument } from '../../cli/backfill-run-command.ts';
import type { BackfillResult } from '../../lib/backfill/inputs.ts';

const { since: _since, only: _only, ...runFlags } = BackfillRunCommand.baseFlags;

export default class BackfillResume extends BackfillRunCommand {
  static override summary = 'Lift the pause of a backfill and go on with it';
  static override description =
    'It goes on with what the backfill was asked for (--since, --only). A pause that a user has set ends only here. A pause by a rate limit ends by itself.';
  static override examples = ['<%= config.bin %> backfill resume pytorch/pytorch'];
  static override args = { repository: repositoryArgument };
  static override baseFlags = runFlags as typeof BackfillRunCommand.baseFlags;

  async run(): Promise<BackfillResult> {
    const { args, flags } = await this.parse(BackfillResume);
    return await this.capture(args.repository, flags, { fresh: false, liftPause: true });
  }
}
