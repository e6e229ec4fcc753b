import { mkdir } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { string } from '@oclif/core/flags';
import { BaseCommand } from '../cli/base-command.ts';
import { databaseFlag, fromHere, manifestFlag } from '../cli/docs-flags.ts';
import { flagValue } from '../cli/flag-value.ts';
import type { PackedLibrary } from '../lib/docs/release/pack-database.ts';
import { EXIT } from '../lib/exit-codes.ts';

interface Coverage {
  readonly path: string;
  /** Tag of the last release; null before the first. */
  readonly release: string | null;
  readonly docs: number;
  readonly libraries: readonly PackedLibrary[];
}

export default class CoverageCommand extends BaseCommand {
  static override summary = 'Write docs/coverage.md: how many documents of which libraries the doc pack holds';
  static override description =
    'Counts in the consolidated database, and takes the tag from the manifest. Libraries without documents are left out of the table.';
  static override examples = [
    '<%= config.bin %> coverage',
    {
      description: 'Of another database, for a program',
      command: '<%= config.bin %> coverage --db build/deadzone.db --json',
    },
  ];
  static override exitCodes = [EXIT.done, EXIT.failed, EXIT.usage];
  static override flags = {
    db: databaseFlag,
    output: string({ summary: 'File to write.', helpValue: 'FILE', default: 'docs/coverage.md' }),
    manifest: manifestFlag,
  };

  async run(): Promise<Coverage> {
    const { flags } = await this.parse(CoverageCommand);
    const [{ readPack }, { loadManifest }, { coveredLibraries, coverageMarkdown }, { packText }, { replaceFile }] =
      await Promise.all([
        import('../lib/docs/release/pack-database.ts'),
        import('../lib/docs/release/manifest.ts'),
        import('../lib/docs/release/coverage.ts'),
        import('../lib/docs/release/pack-text.ts'),
        import('../lib/replace-file.ts'),
      ]);
    const { values } = await this.settings({
      'docs.database': flagValue('--db', flags.db),
      'docs.manifest': flagValue('--manifest', flags.manifest),
    });
    const { libraries, docCount } = await readPack(fromHere(values.docs.database));
    const release = (await loadManifest(fromHere(values.docs.manifest)))?.tag ?? null;
    const path = resolve(flags.output);
    await mkdir(dirname(path), { recursive: true });
    await replaceFile(path, coverageMarkdown({ release, generatedAt: this.clock.now(), libraries }));
    const covered = coveredLibraries(libraries);
    this.log(`Wrote ${fromHere(path)}: ${packText({ docCount, libCount: covered.length })}`);
    return { path, release, docs: docCount, libraries: covered };
  }
}
