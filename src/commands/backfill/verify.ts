import * as Flags from '@oclif/core/flags';
import { BackfillCommand } from '../../cli/backfill-command.ts';
import { repositoryArgument } from '../../cli/backfill-run-command.ts';
import type { Verification } from '../../lib/backfill/verify/verify.ts';
import { EXIT, EXITS_WITHOUT_LIMIT } from '../../lib/exit-codes.ts';

export default class BackfillVerify extends BackfillCommand {
  static override summary = "Compare the store with GitHub's own counts";
  static override description =
    `Lists every pull request that GitHub has and that the store lacks or holds in an older state, and every kind of child whose rows are not as many as GitHub counts. Changes nothing. Costs one GraphQL point for 100 pull requests. In a job of GitHub Actions it also writes the summary of the step.

Exits with 68 when there is any gap.`;
  static override examples = [
    '<%= config.bin %> backfill verify pytorch/pytorch',
    {
      description: 'The gaps as JSON',
      command: "<%= config.bin %> backfill verify pytorch/pytorch --json | jq '.gaps'",
    },
  ];
  static override exitCodes = EXITS_WITHOUT_LIMIT;
  static override args = { repository: repositoryArgument };
  static override flags = {
    'on-limit': Flags.option({
      options: ['wait', 'pause'] as const,
      summary:
        'When the rate limit is used up: wait for it to come back, or end with 75. Waits on a terminal, else ends.',
    })(),
  };

  async run(): Promise<Verification> {
    const { args, flags } = await this.parse(BackfillVerify);
    const [{ parseRepositoryName }, { verify }, { verificationLines }, { verificationSummary }] = await Promise.all([
      import('../../lib/github/repository/repository-name.ts'),
      import('../../lib/backfill/verify/verify.ts'),
      import('../../lib/backfill/report.ts'),
      import('../../lib/backfill/verify/verification-summary.ts'),
    ]);
    const name = parseRepositoryName(args.repository);
    const settings = await this.settings();
    const result = await this.withStore(settings, { mustExist: true }, async (opened) => {
      const waits = (flags['on-limit'] ?? (this.io.isLive ? 'wait' : 'pause')) === 'wait';
      const capabilities = await this.capabilities(settings, opened, waits ? Number.POSITIVE_INFINITY : 0);
      return await this.present(verify(capabilities, name), flags);
    });
    for (const line of verificationLines(result)) {
      this.log(line);
    }
    await this.summarize(verificationSummary(result));
    process.exitCode = result.verified ? EXIT.done : EXIT.partial;
    return result;
  }
}
