import { mkdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { replaceFile } from '../../replace-file.ts';
import { writing } from '../../writing.ts';
import { type InstallsCache, TOTALLED } from '../cache/cache-file.ts';

/** Names of the badges' numbers, as people read them. */
const LABELS = {
  npm: 'npm downloads',
  pypi: 'PyPI downloads',
  crates: 'crates.io downloads',
  releases: 'release downloads',
  ghPackages: 'GitHub Packages downloads',
  maven: 'Maven downloads',
  clones: 'clones',
  total: 'installs',
} as const;

/** Rounded down: a badge never says more than there is. */
const BADGE_COUNT = new Intl.NumberFormat('en-US', {
  notation: 'compact',
  maximumFractionDigits: 1,
  roundingMode: 'floor',
});

/**
 * Writes a file for each source and for the total that shields.io makes a badge of (shields.io, "Endpoint Badge").
 *
 * @returns the files that were not so already
 */
export async function writeShields(folder: string, cache: InstallsCache): Promise<readonly string[]> {
  await writing(folder, () => mkdir(folder, { recursive: true }));
  const written: string[] = [];
  for (const field of [...TOTALLED, 'clones', 'total'] as const) {
    const badge = {
      schemaVersion: 1,
      label: LABELS[field],
      message: BADGE_COUNT.format(cache[field]),
      color: cache[field] > 0 ? 'blue' : 'lightgrey',
    };
    const path = join(folder, `${field}.json`);
    if (await writeIfOther(path, `${JSON.stringify(badge, null, 2)}\n`)) written.push(path);
  }
  return written;
}

/** Writes what a website shows: `{total, clones, fetchedAt}`. @returns whether it was not so already */
export async function writePublic(
  path: string,
  { total, clones, fetchedAt }: Pick<InstallsCache, 'total' | 'clones' | 'fetchedAt'>,
): Promise<boolean> {
  await writing(path, () => mkdir(dirname(path), { recursive: true }));
  return await writeIfOther(path, `${JSON.stringify({ total, clones, fetchedAt }, null, 2)}\n`);
}

async function writeIfOther(path: string, content: string): Promise<boolean> {
  const before = await readFile(path, 'utf8').catch(() => null);
  if (before === content) return false;
  await writing(path, () => replaceFile(path, content));
  return true;
}
