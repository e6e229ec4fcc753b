import * as Flags from '@oclif/core/flags';
import {
  artifactsFlag,
  databaseFlag,
  flagValue,
  fromHere,
  manifestFlag,
  registryFlag,
  registrySetting,
} from '../cli/docs-flags.ts';
import { PipelineCommand } from '../cli/pipeline-command.ts';
import type { Consolidation } from '../lib/docs/consolidate/consolidate.ts';
import { EXIT } from '../lib/exit-codes.ts';

export default class Consolidate extends PipelineCommand {
  static override summary = 'Make one database of the artifacts of all libraries';
  static override description =
    `The registry says what belongs into the database: libraries that left it are dropped. Every artifact is read through first; one that is damaged, or of another library than its folder says, is named and refused, and its library keeps the state of the database so far. The database is replaced whole or not at all. The same artifacts make the same bytes, and where nothing changed it is left alone. No embedder is needed.

Exits with 68 when an artifact was refused, or a library of the registry is missing.`;
  static override examples = [
    '<%= config.bin %> consolidate',
    {
      description: 'After half of the libraries left the registry on purpose',
      command: '<%= config.bin %> consolidate --max-shrink 50',
    },
    { description: 'For a program', command: "<%= config.bin %> consolidate --json | jq '.problems'" },
  ];
  static override exitCodes = [EXIT.done, EXIT.failed, EXIT.usage, EXIT.partial, EXIT.interrupted];
  static override flags = {
    registry: registryFlag,
    artifacts: artifactsFlag,
    db: databaseFlag,
    manifest: manifestFlag,
    'keep-removed': Flags.boolean({ summary: 'Keep libraries that are not in the registry any more.' }),
    'max-shrink': Flags.integer({
      summary: 'Percentage of libraries or documents that may go, against the database so far and the last release.',
      min: 0,
      max: 100,
      default: 5,
      helpValue: 'N',
    }),
  };

  async run(): Promise<Consolidation> {
    const { flags } = await this.parse(Consolidate);
    const { values } = await this.settings({
      'docs.registry': registrySetting(flags.registry),
      'docs.artifacts': flagValue('--artifacts', flags.artifacts),
      'docs.database': flagValue('--db', flags.db),
      'docs.manifest': flagValue('--manifest', flags.manifest),
    });
    const [{ loadRegistry }, { consolidate }, { consolidationLines }, { baselineOf, loadManifest }] = await Promise.all(
      [
        import('../lib/docs/registry/registry.ts'),
        import('../lib/docs/consolidate/consolidate.ts'),
        import('../lib/docs/consolidate/report.ts'),
        import('../lib/docs/release/manifest.ts'),
      ],
    );
    const { registry, artifacts, database, manifest } = values.docs;
    const release = await loadManifest(fromHere(manifest));
    const pipeline = consolidate({
      registry: await loadRegistry(fromHere(registry)),
      artifacts: fromHere(artifacts),
      database: fromHere(database),
      keepRemoved: flags['keep-removed'],
      maxShrink: flags['max-shrink'],
      released: release && baselineOf(release),
      clock: this.clock,
      signal: this.signal,
    });
    // It takes a second or two: lines that stay tell more than a view that is gone.
    const result = await this.present(pipeline, { ...flags, plain: true });
    if (!flags.jsonl) for (const line of consolidationLines(result)) this.log(line);
    process.exitCode = result.problems.length + result.missing.length === 0 ? EXIT.done : EXIT.partial;
    return result;
  }

  protected override stoppingWords(): string {
    return 'Stopping: the database stays as it was. Press Ctrl-C again to stop at once.';
  }
}
