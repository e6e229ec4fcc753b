import * as Flags from '@oclif/core/flags';
import {
  artifactsFlag,
  databaseFlag,
  fromHere,
  libFlag,
  manifestFlag,
  registryFlag,
  typedPlaces,
} from '../cli/docs-flags.ts';
import { flagValue } from '../cli/flag-value.ts';
import { RemoteCommand, type RemoteDryRun, type RemoteResult } from '../cli/remote-command.ts';
import { REMOTE_FLAGS, remoteDryRunFlag } from '../cli/remote-flags.ts';
import type { Consolidation } from '../lib/docs/consolidate/consolidate.ts';
import { EXIT, EXITS_WITHOUT_LIMIT } from '../lib/exit-codes.ts';

export default class Consolidate extends RemoteCommand {
  static override summary = 'Make one database of the artifacts of all libraries';
  static override description =
    `The registry says what belongs into the database: libraries that left it are dropped. Every artifact is checked while it is copied; one that is damaged, or of another library than its folder says, is named and refused, and its library keeps the state of the database so far. The database is replaced whole or not at all. The same artifacts make the same bytes, and where nothing changed it is left alone. No embedder is needed.

Exits with 68 when an artifact was refused, or a library of the registry is missing.`;
  static override examples = [
    '<%= config.bin %> consolidate',
    {
      description: 'After half of the libraries left the registry on purpose',
      command: '<%= config.bin %> consolidate --max-shrink 50',
    },
    {
      description: 'On GitHub Actions, of the artifacts in its cache',
      command: '<%= config.bin %> consolidate --remote',
    },
    { description: 'For a program', command: "<%= config.bin %> consolidate --json | jq '.problems'" },
  ];
  static override exitCodes = EXITS_WITHOUT_LIMIT;
  static override flags = {
    registry: registryFlag,
    artifacts: artifactsFlag,
    db: databaseFlag,
    manifest: manifestFlag,
    lib: {
      ...libFlag,
      summary: 'Expect this library only, or one version of it; nothing is compared with the last release.',
    },
    'keep-removed': Flags.boolean({ summary: 'Keep libraries that are not in the registry any more.' }),
    'max-shrink': Flags.integer({
      summary: 'Percentage of libraries or documents that may go, against the database so far and the last release.',
      min: 0,
      max: 100,
      default: 5,
      helpValue: 'N',
    }),
    'allow-partial': Flags.string({
      summary: 'Succeed although libraries are missing or refused, for this reason.',
      helpValue: 'REASON',
    }),
    'dry-run': remoteDryRunFlag,
    ...REMOTE_FLAGS,
  };

  async run(): Promise<Consolidation | RemoteResult | RemoteDryRun> {
    const { flags, metadata } = await this.parse(Consolidate);
    if (flags.remote) return await this.runOrPlanRemotely({ flags, metadata });
    const { values } = await this.settings({
      'docs.registry': flagValue('--registry', flags.registry),
      'docs.artifacts': flagValue('--artifacts', flags.artifacts),
      'docs.database': flagValue('--db', flags.db),
      'docs.manifest': flagValue('--manifest', flags.manifest),
    });
    const [{ chosenRegistry }, { consolidate }, { consolidationLines }, { baselineOf, loadManifest }] =
      await Promise.all([
        import('../cli/chosen-registry.ts'),
        import('../lib/docs/consolidate/consolidate.ts'),
        import('../lib/docs/consolidate/report.ts'),
        import('../lib/docs/release/manifest.ts'),
      ]);
    const { artifacts, database, manifest } = values.docs;
    const isWhole = !flags.lib;
    const release = isWhole ? await loadManifest(fromHere(manifest)) : null;
    const pipeline = consolidate({
      registry: await chosenRegistry({ values }, { lib: flags.lib }),
      artifacts: fromHere(artifacts),
      database: fromHere(database),
      keepRemoved: flags['keep-removed'] || !isWhole,
      maxShrink: flags['max-shrink'],
      released: release && baselineOf(release),
      clock: this.clock,
      signal: this.signal,
    });
    // It takes a second or two: lines that stay tell more than a view that is gone.
    const result = await this.present(pipeline, { ...flags, plain: true });
    for (const line of consolidationLines(result, typedPlaces(flags))) this.log(line);
    const isPartial = result.problems.length + result.missing.length > 0;
    const reason = flags['allow-partial'];
    if (isPartial && reason) this.warn(`libraries are missing or refused, which is allowed: ${reason}`);
    process.exitCode = isPartial && !reason ? EXIT.partial : EXIT.done;
    return result;
  }

  protected override localStoppingWords(): string {
    return 'Stopping: the database stays as it was. Press Ctrl-C again to stop at once.';
  }
}
