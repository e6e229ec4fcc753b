import { string } from '@oclif/core/flags';
import { CacheCommand } from '../../cli/cache-command.ts';
import { releaseRepository } from '../../cli/release-repository.ts';
import { OperatorError } from '../../lib/errors.ts';
import { EXIT } from '../../lib/exit-codes.ts';
import type { RollingPullRequest } from '../../lib/github/repository/rolling-pull-request.ts';
import { formatCount } from '../../lib/progress/format.ts';

export default class CachePublish extends CacheCommand {
  static override hidden = true;
  static override summary = 'Propose the refreshed installs cache by a pull request';
  static override description =
    'For the workflow installs-cache. Commits cache and ledger to one branch of its own, on top of the base, and opens a pull request where none is open. Does nothing when no number has changed.';
  static override examples = ['<%= config.bin %> cache publish'];
  static override exitCodes = [EXIT.done, EXIT.failed, EXIT.usage, EXIT.auth, EXIT.rateLimited, EXIT.interrupted];
  static override flags = {
    repo: string({ summary: 'Repository; GITHUB_REPOSITORY by default.', helpValue: 'OWNER/REPO' }),
    base: string({ summary: 'Branch to propose it to; GITHUB_REF_NAME by default.', helpValue: 'BRANCH' }),
    branch: string({
      summary: 'Branch of the pull request.',
      helpValue: 'BRANCH',
      default: 'capture-cli/installs-cache',
    }),
  };

  async run(): Promise<RollingPullRequest | { readonly outcome: 'nothing_new' }> {
    const { flags } = await this.parse(CachePublish);
    const settings = await this.settings();
    const base = flags.base || this.io.env['GITHUB_REF_NAME'];
    if (!base) throw noBase();
    const [{ pendingChange }, { proposeFiles }] = await Promise.all([
      import('../../lib/installs/publish/pending-change.ts'),
      import('../../lib/github/repository/rolling-pull-request.ts'),
    ]);
    const change = await pendingChange(settings.values.installs.cache, flags.branch);
    if (change === null) {
      this.log('No number has changed: nothing to propose.');
      return { outcome: 'nothing_new' };
    }
    const repository = await releaseRepository(flags.repo, undefined, this.io.env);
    const counts = `${formatCount(change.total)} installs, ${formatCount(change.clones)} clones`;
    const github = (await this.gitHubConnector(settings))({});
    const proposed = await proposeFiles(
      github,
      repository,
      {
        branch: flags.branch,
        base,
        title: `Installs cache: ${counts}`,
        body: 'Made by the workflow installs-cache, the only writer of these files. Merge it soon: what GitHub tells of clones is forgotten after 14 days.',
        files: change.files,
      },
      this.signal,
    );
    this.log(`Pull request ${proposed.number} ${proposed.outcome}: ${proposed.url}`);
    return proposed;
  }
}

function noBase(): OperatorError {
  return new OperatorError('it is not known to which branch the cache is to be proposed', {
    code: 'branch_unknown',
    exitCode: EXIT.usage,
    nextSteps: ['name it: --base main'],
  });
}
