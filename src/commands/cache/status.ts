import { BaseCommand } from '../../cli/base-command.ts';
import { EXIT } from '../../lib/exit-codes.ts';
import type { CacheStatus } from '../../lib/installs/status/cache-status.ts';
import type { Finding } from '../../lib/installs/status/findings.ts';
import { formatCount } from '../../lib/progress/format.ts';
import { styled } from '../../lib/term.ts';

export default class CacheStatusCommand extends BaseCommand {
  static override summary = 'Show how every counter of installs stands, and what would be lost';
  static override description =
    'Reads the cache file, its ledger and the record of the last fetches; nothing is fetched. LAG is how many days that are over may be missing: a warning above 7, an error in the last 3 days of what the source keeps (GitHub keeps 14). Exits with 0 when all is well, 68 with warnings, 1 when something is about to be lost or is.';
  static override examples = [
    '<%= config.bin %> cache status',
    { description: 'For a program', command: '<%= config.bin %> cache status --json' },
  ];
  static override exitCodes = [EXIT.done, EXIT.failed, EXIT.usage, EXIT.partial];

  async run(): Promise<CacheStatus & { readonly findings: readonly Finding[] }> {
    await this.parse(CacheStatusCommand);
    const { values } = await this.settings();
    const [{ cacheStatus }, { findingsOf, lossesOf }, { counterTable, sourceTable }] = await Promise.all([
      import('../../lib/installs/status/cache-status.ts'),
      import('../../lib/installs/status/findings.ts'),
      import('../../lib/installs/status/status-table.ts'),
    ]);
    const status = await cacheStatus({ clock: this.clock, signal: this.signal }, values.installs);
    const findings = findingsOf(status);
    const { total, clones, fetchedAt, sources } = status;
    this.log(status.cache);
    this.log(`${formatCount(total)} installs, ${formatCount(clones)} clones, last changed ${fetchedAt || 'never'}`);
    this.#paragraph(sourceTable(status));
    for (const source of sources) if (source.counters.length > 0) this.#paragraph(counterTable(source));
    const losses = lossesOf(status);
    if (losses.length > 0) this.#paragraph(['If nothing were fetched any more', ...losses.map((line) => `  ${line}`)]);
    this.#paragraph(findings.map((finding) => this.#findingLine(finding)));
    if (status.alarm === 'error') process.exitCode = EXIT.failed;
    else if (findings.length > 0) process.exitCode = EXIT.partial;
    return { ...status, findings };
  }

  #paragraph(lines: readonly string[]): void {
    if (lines.length > 0) this.log('');
    for (const line of lines) this.log(line);
  }

  #findingLine({ level, message }: Finding): string {
    const words = level === 'error' ? '✖ error' : '! warning';
    return `${styled(level === 'error' ? 'red' : 'yellow', words, this.io.stdout)}  ${message}`;
  }
}
