import { BackfillRunCommand, repositoryArgument } from '../../backfill-run-command.ts';
import type { BackfillResult } from '../../lib/backfill/inputs.ts';

export default class BackfillResume extends BackfillRunCommand {
  static override summary = 'Lift the pause of a backfill and go on with it';
  static override description = 'A pause that a user has set ends only here. A pause by a rate limit ends by itself.';
  static override examples = ['<%= config.bin %> backfill resume pytorch/pytorch'];
  static override args = { repository: repositoryArgument };

  async run(): Promise<BackfillResult> {
    const { args, flags } = await this.parse(BackfillResume);
    return await this.capture(args.repository, flags, { fresh: false, liftPause: true });
  }
}
