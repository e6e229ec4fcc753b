import { string } from '@oclif/core/flags';
import { registryFlag } from '../../cli/docs-flags.ts';
import { flagValue } from '../../cli/flag-value.ts';
import { PipelineCommand } from '../../cli/pipeline-command.ts';
import type { KeepaliveRow } from '../../lib/docs/pack/keepalive.ts';
import { EXIT } from '../../lib/exit-codes.ts';

export default class PackKeepaliveReport extends PipelineCommand {
  static override hidden = true;
  static override summary = 'Tell which libraries have their artifact in the cache of GitHub Actions';
  static override description =
    'For the last step of the workflow cache-keepalive. Adds the table to the summary of the step, and fails when nothing of the registry is in the cache.';
  static override examples = ['<%= config.bin %> pack keepalive-report --repo owner/repo'];
  static override exitCodes = [EXIT.done, EXIT.failed, EXIT.usage, EXIT.auth, EXIT.rateLimited, EXIT.interrupted];
  static override flags = {
    registry: registryFlag,
    repo: string({ summary: 'Repository of the cache; GITHUB_REPOSITORY by default.', helpValue: 'OWNER/REPO' }),
  };

  async run(): Promise<{ readonly libraries: readonly KeepaliveRow[] }> {
    const { flags } = await this.parse(PackKeepaliveReport);
    const settings = await this.settings({ 'docs.registry': flagValue('--registry', flags.registry) });
    const [
      { compareWithCache, keepaliveMarkdown, requireHits },
      { CACHE_KEY_PREFIX },
      { cachedSlots },
      { cacheKeys },
      { releaseRepository },
    ] = await Promise.all([
      import('../../lib/docs/pack/keepalive.ts'),
      import('../../lib/docs/pack/cache-key.ts'),
      import('../../cli/cached-slots.ts'),
      import('../../lib/github/repository/actions-caches.ts'),
      import('../../cli/release-repository.ts'),
    ]);
    const { slots, signals } = await cachedSlots(settings, this.io.env);
    const repository = await releaseRepository(flags.repo, undefined, this.io.env);
    const connectGitHub = await this.gitHubConnector(settings);
    const wanted = { prefix: CACHE_KEY_PREFIX, ref: this.io.env['GITHUB_REF'] || undefined };
    const keys = await cacheKeys(connectGitHub({}), repository, wanted, this.signal);
    const libraries = compareWithCache(slots, signals, keys);
    const markdown = keepaliveMarkdown(libraries);
    await this.summarize(markdown);
    this.log(markdown.trimEnd());
    requireHits(libraries, slots);
    return { libraries };
  }
}
