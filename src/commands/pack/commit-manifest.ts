import { sep } from 'node:path';
import { string } from '@oclif/core/flags';
import { fromHere, manifestFlag } from '../../cli/docs-flags.ts';
import { flagValue } from '../../cli/flag-value.ts';
import { PipelineCommand } from '../../cli/pipeline-command.ts';
import { OperatorError } from '../../lib/errors.ts';
import { EXIT } from '../../lib/exit-codes.ts';
import type { CommittedFiles } from '../../lib/github/repository/commit-files.ts';

export default class PackCommitManifest extends PipelineCommand {
  static override hidden = true;
  static override summary = 'Commit the manifest of a release to its branch';
  static override description =
    'For the workflow scrape-pack. Commits the manifest, and the coverage beside it, through the API of GitHub on top of whatever was pushed meanwhile. A manifest of another tag, or one that somebody else has changed, is refused.';
  static override examples = ['<%= config.bin %> pack commit-manifest --tag v0.8.0'];
  static override exitCodes = [EXIT.done, EXIT.failed, EXIT.usage, EXIT.auth, EXIT.rateLimited, EXIT.interrupted];
  static override flags = {
    tag: string({ summary: 'Tag that was released.', helpValue: 'TAG', required: true }),
    manifest: manifestFlag,
    coverage: string({ summary: 'Coverage to commit with it.', helpValue: 'FILE', default: 'docs/coverage.md' }),
    repo: string({ summary: 'Repository; GITHUB_REPOSITORY by default.', helpValue: 'OWNER/REPO' }),
    branch: string({ summary: 'Branch; GITHUB_REF_NAME by default.', helpValue: 'BRANCH' }),
    base: string({ summary: 'Commit that was checked out; GITHUB_SHA by default.', helpValue: 'SHA' }),
  };

  async run(): Promise<CommittedFiles> {
    const { flags } = await this.parse(PackCommitManifest);
    const settings = await this.settings({ 'docs.manifest': flagValue('--manifest', flags.manifest) });
    const [{ recordRelease }, { releaseRepository }] = await Promise.all([
      import('../../lib/docs/release/record-release.ts'),
      import('../../cli/release-repository.ts'),
    ]);
    const { env } = this.io;
    const branch = flags.branch || env['GITHUB_REF_NAME'];
    const base = flags.base || env['GITHUB_SHA'];
    if (!branch || !base) throw noBranch();
    const connectGitHub = await this.gitHubConnector(settings);
    const manifest = fromHere(settings.values.docs.manifest).replaceAll(sep, '/');
    const inputs = {
      repository: await releaseRepository(flags.repo, undefined, env),
      branch,
      base,
      tag: flags.tag,
      manifest,
      coverage: flags.coverage,
    };
    const result = await recordRelease(connectGitHub({}), inputs, this.signal);
    const words = result.outcome === 'committed' ? 'Committed' : 'Already committed';
    this.log(`${words}: ${manifest} on ${branch}, ${result.sha.slice(0, 7)}`);
    return result;
  }
}

function noBranch(): OperatorError {
  return new OperatorError('it is not known to which branch, and on top of which commit', {
    code: 'branch_unknown',
    exitCode: EXIT.usage,
    nextSteps: ['name both: --branch main --base "$(git rev-parse HEAD)"'],
  });
}
