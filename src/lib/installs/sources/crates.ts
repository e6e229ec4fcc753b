import { z } from 'zod';
import type { PageFetcher } from '../../fetch/page.ts';
import type { Known } from '../ledger/known.ts';
import { levelNews } from './level-news.ts';
import { outcomeOf, type RefreshTime, type SourceNews } from './outcome.ts';
import { askForEach, askRegistry } from './registry-answer.ts';

const CRATE = z.object({ crate: z.object({ downloads: z.int().min(0) }) });

/**
 * Downloads of Rust crates since the beginning.
 *
 * @param base `https://crates.io/api/v1`
 */
export async function fetchCrates(
  pages: PageFetcher,
  { base, packages }: { readonly base: string; readonly packages: readonly string[] },
  known: Known,
  time: RefreshTime,
  signal: AbortSignal,
): Promise<SourceNews> {
  const { answers, counters } = await askForEach(packages, async (name) => {
    const { crate } = await askRegistry(pages, `${base}/crates/${name}`, CRATE, signal);
    return crate.downloads;
  });
  const entries = [...answers].flatMap(([name, count]) =>
    levelNews({ source: 'crates', key: name, name }, count, known, time),
  );
  return { entries, outcome: outcomeOf('crates', counters, { asOf: time.today }) };
}
