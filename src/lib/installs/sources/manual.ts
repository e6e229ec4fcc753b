import { z } from 'zod';
import { messageOf } from '../../errors.ts';
import { readIfPresent } from '../../read-if-present.ts';
import { readJson } from '../cache/classify.ts';
import type { Known } from '../ledger/known.ts';
import { levelNews } from './level-news.ts';
import { outcomeOf, type RefreshTime, type SourceNews, unasked } from './outcome.ts';

const COUNTS = z.record(z.string().min(1), z.int().min(0));

/** The file may have notes of any kind beside the numbers. */
const MANUAL_FILE = z.looseObject({
  ghPackages: COUNTS.optional(),
  lastVerifiedAt: z.iso.date().or(z.iso.datetime()).optional(),
  maven: COUNTS.optional(),
  mavenLastVerifiedAt: z.iso.date().or(z.iso.datetime()).optional(),
});

/** Counts that no interface tells: a person reads them on a web page and writes them into a file. */
export async function readManualCounts(path: string, known: Known, time: RefreshTime): Promise<readonly SourceNews[]> {
  const file = await readManualFile(path);
  if (typeof file === 'string') return [unasked('ghPackages', 'failed', file), unasked('maven', 'failed', file)];
  const news = (source: 'ghPackages' | 'maven', verifiedAt: string | undefined): SourceNews[] => {
    const counts = file[source];
    if (counts === undefined) return [];
    const names = Object.keys(counts);
    const counters = names.map((name) => ({ key: name, name, error: null }));
    return [
      {
        entries: names.flatMap((name) => levelNews({ source, key: name, name }, counts[name] ?? 0, known, time)),
        outcome: outcomeOf(source, counters, { asOf: verifiedAt?.slice(0, 10) ?? null }),
      },
    ];
  };
  return [...news('ghPackages', file.lastVerifiedAt), ...news('maven', file.mavenLastVerifiedAt)];
}

/** The file's content, or what is wrong with it. */
async function readManualFile(path: string): Promise<z.infer<typeof MANUAL_FILE> | string> {
  const text = await readIfPresent(path).catch((thrown: unknown) => ({ problem: messageOf(thrown) }));
  if (text === null) return `there is no ${path}: write it, or take installs.manual out of the settings`;
  if (typeof text !== 'string') return `${path} cannot be read: ${text.problem}`;
  const read = readJson(text);
  if ('problem' in read) return `${path}: ${read.problem}`;
  const parsed = MANUAL_FILE.safeParse(read.value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  return `${path}: ${issue?.path.join('.')}: ${issue?.message}`;
}
