import { OperatorError } from '../errors.ts';
import { formatCount } from '../progress/format.ts';

/** How much a database holds. */
export interface Holdings {
  readonly libs: number;
  readonly documents: number;
}

/** What a new database is measured against. */
export interface Baseline extends Holdings {
  /** In words: `the database so far`. */
  readonly name: string;
}

/**
 * Refuses a database that has lost more than it may: an accident, until somebody says that it is meant.
 * @param command that measures, as it is typed, for the next steps
 * @param maxShrink percent, of libraries and of documents each
 * @param lost names of slots that are gone, as a hint
 * @throws OperatorError `database_would_shrink`
 */
export function refuseShrinking(
  command: string,
  path: string,
  now: Holdings,
  baselines: readonly Baseline[],
  maxShrink: number,
  lost: readonly string[],
): void {
  for (const baseline of baselines) {
    for (const [key, unit] of [
      ['libs', 'libraries'],
      ['documents', 'documents'],
    ] as const) {
      const loss = 100 * (1 - now[key] / Math.max(1, baseline[key]));
      if (loss <= maxShrink) continue;
      const figures = `${formatCount(baseline[key])} to ${formatCount(now[key])} ${unit}`;
      const share = `${(Math.floor(loss * 10) / 10).toString()} %`;
      throw new OperatorError(
        `${path} would shrink from ${figures}, by ${share}, against ${baseline.name}; at most ${maxShrink} % may go${namely(lost)}`,
        {
          code: 'database_would_shrink',
          nextSteps: [
            'make what is missing: capture-cli scrape',
            `if it is meant: capture-cli ${command} --max-shrink ${Math.ceil(loss)}`,
          ],
        },
      );
    }
  }
}

function namely(lost: readonly string[]): string {
  if (lost.length === 0) return '';
  const more = lost.length > 5 ? ` and ${lost.length - 5} more` : '';
  return `. Gone: ${lost.slice(0, 5).join(', ')}${more}`;
}
