import { string } from '@oclif/core/flags';
import { libFlag, registryFlag } from '../../cli/docs-flags.ts';
import { flagValue } from '../../cli/flag-value.ts';
import { PipelineCommand } from '../../cli/pipeline-command.ts';
import { EXIT } from '../../lib/exit-codes.ts';

export default class PackForget extends PipelineCommand {
  static override hidden = true;
  static override summary = 'Remove the artifacts of libraries from the cache of GitHub Actions';
  static override description =
    'For a forced run of the workflow scrape-pack, which then scrapes them anew: the key of an artifact does not change when its pages do.';
  static override examples = ['<%= config.bin %> pack forget --lib /org/project --repo owner/repo'];
  static override exitCodes = [EXIT.done, EXIT.failed, EXIT.usage, EXIT.auth, EXIT.rateLimited, EXIT.interrupted];
  static override flags = {
    registry: registryFlag,
    lib: libFlag,
    repo: string({ summary: 'Repository of the cache; GITHUB_REPOSITORY by default.', helpValue: 'OWNER/REPO' }),
  };

  async run(): Promise<{ readonly forgotten: readonly string[] }> {
    const { flags } = await this.parse(PackForget);
    const settings = await this.settings({ 'docs.registry': flagValue('--registry', flags.registry) });
    const [{ forgetArtifacts }, { cachedSlots }, { releaseRepository }, { formatQuantity }] = await Promise.all([
      import('../../lib/docs/pack/forget.ts'),
      import('../../cli/cached-slots.ts'),
      import('../../cli/release-repository.ts'),
      import('../../lib/progress/format.ts'),
    ]);
    const { slots, signals } = await cachedSlots(settings, this.io.env, flags.lib);
    const repository = await releaseRepository(flags.repo, undefined, this.io.env);
    const connectGitHub = await this.gitHubConnector(settings);
    const forgotten = await forgetArtifacts(connectGitHub({}), repository, slots, signals, this.signal);
    for (const name of forgotten) this.log(name);
    const libraries = formatQuantity(slots.length, 'library', 'libraries');
    this.tell(`Forgotten: the artifacts of ${forgotten.length} of ${libraries}`);
    return { forgotten };
  }
}
