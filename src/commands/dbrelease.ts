import { boolean, integer, string } from '@oclif/core/flags';
import { databaseFlag, fromHere, manifestFlag, registryFlag } from '../cli/docs-flags.ts';
import { flagValue } from '../cli/flag-value.ts';
import { RemoteCommand, type RemoteDryRun, type RemoteResult } from '../cli/remote-command.ts';
import { REMOTE_FLAGS } from '../cli/remote-flags.ts';
import type { ReleaseResult } from '../lib/docs/release/publish-pack.ts';
import { requireTag } from '../lib/docs/release/release-tag.ts';
import { EXIT } from '../lib/exit-codes.ts';

export default class Dbrelease extends RemoteCommand {
  static override summary = 'Publish the consolidated database as an asset of a release on GitHub';
  static override description =
    'Uploads deadzone.db and deadzone.db.sha256 under temporary names, downloads them again to verify them, puts them in the place of the old ones and then writes the manifest. A database that is nearly empty, much smaller than the last one, or without libraries of the registry is refused. Run it again after an interruption: it goes on where it was.';
  static override examples = [
    { description: 'See what would be done', command: '<%= config.bin %> dbrelease --tag v0.8.0 --dry-run' },
    { description: 'Publish', command: '<%= config.bin %> dbrelease --tag v0.8.0' },
    {
      description: 'Although libraries are missing',
      command: '<%= config.bin %> dbrelease --tag v0.8.0 --allow-partial "grafana.com is down"',
    },
    {
      description: 'On GitHub Actions, after scraping what is not in the cache',
      command: '<%= config.bin %> dbrelease --tag v0.8.0 --remote',
    },
  ];
  static override exitCodes = [EXIT.done, EXIT.failed, EXIT.usage, EXIT.auth, EXIT.rateLimited, EXIT.interrupted];
  static override flags = {
    tag: string({ summary: 'Tag of the release.', helpValue: 'TAG', required: true }),
    db: databaseFlag,
    repo: string({
      summary: 'Repository of the release (docs.repository; GITHUB_REPOSITORY or the remote origin by default).',
      helpValue: 'OWNER/REPO',
    }),
    manifest: manifestFlag,
    registry: registryFlag,
    create: boolean({ summary: 'Create the release when the tag has none.' }),
    'dry-run': boolean({ summary: 'Check everything and say what would be done, without doing it.' }),
    floor: integer({ summary: 'Least number of documents.', min: 1, default: 1, helpValue: 'N' }),
    'max-shrink': integer({
      summary: 'Percent of documents, and of libraries, that may be lost against the last release.',
      min: 0,
      max: 100,
      default: 5,
      helpValue: 'PERCENT',
    }),
    'allow-partial': string({
      summary: 'Release it although libraries of the registry are missing, for this reason.',
      helpValue: 'REASON',
    }),
    ...REMOTE_FLAGS,
  };

  async run(): Promise<ReleaseResult | RemoteResult | RemoteDryRun> {
    const { flags, metadata } = await this.parse(Dbrelease);
    requireTag(flags.tag);
    if (flags.remote) return await this.runOrPlanRemotely({ flags, metadata });
    const settings = await this.settings({
      'docs.database': flagValue('--db', flags.db),
      'docs.manifest': flagValue('--manifest', flags.manifest),
      'docs.registry': flagValue('--registry', flags.registry),
    });
    const { docs } = settings.values;
    const [{ publishPack }, { releaseLine }, { chosenRegistry }, { Releases }, { releaseRepository }] =
      await Promise.all([
        import('../lib/docs/release/publish-pack.ts'),
        import('../lib/docs/release/report.ts'),
        import('../cli/chosen-registry.ts'),
        import('../lib/github/repository/releases.ts'),
        import('../cli/release-repository.ts'),
      ]);
    const { slots } = await chosenRegistry(settings);
    const repository = await releaseRepository(flags.repo, docs.repository, this.io.env);
    const connectGitHub = await this.gitHubConnector(settings);
    const releases = new Releases(connectGitHub({}), repository, globalThis.fetch);
    const result = await this.present(
      publishPack(
        { releases, clock: this.clock, signal: this.signal },
        {
          repository,
          tag: flags.tag,
          database: fromHere(docs.database),
          manifest: fromHere(docs.manifest),
          slots,
          allowPartial: flags['allow-partial'] || undefined,
          floor: flags.floor,
          maxShrink: flags['max-shrink'],
          create: flags.create,
          dryRun: flags['dry-run'],
        },
      ),
      // A few steps, which are best read one below the other.
      { ...flags, plain: true },
    );
    this.log(releaseLine(result));
    if (result.recorded) this.tell(`dbrelease: wrote ${fromHere(docs.manifest)} — remember to commit it.`);
    return result;
  }
}
