import { globSync } from 'node:fs';
import { cp, lstat, mkdir, readdir, rm } from 'node:fs/promises';
import { dirname, isAbsolute, join, relative, resolve } from 'node:path';
import type { JobWorkspace } from '../job-workspace.ts';

/** Where a path of a workflow leads: `~` is the home folder, what is relative is below the workspace. */
export function located(place: JobWorkspace, path: string): string {
  if (path === '~' || path.startsWith('~/')) return join(place.home, path.slice(1));
  return isAbsolute(path) ? path : resolve(place.workspace, path);
}

/** What stands for a place in a store: it leads to the same place of another job. */
export function portable(place: JobWorkspace, path: string): string {
  for (const [name, base] of [
    ['workspace', place.workspace],
    ['home', place.home],
  ] as const) {
    const below = relative(base, path);
    if (!below.startsWith('..') && !isAbsolute(below)) return join(name, below);
  }
  return join('absolute', path);
}

/** The reverse of `portable`. */
export function landed(place: JobWorkspace, stored: string): string {
  const [name = '', ...below] = stored.split('/');
  const base = name === 'workspace' ? place.workspace : name === 'home' ? place.home : '/';
  return join(base, ...below);
}

/** What the patterns find; `!pattern` takes out. Absolute paths in order. */
export function matching(place: JobWorkspace, patterns: readonly string[]): readonly string[] {
  const found = new Set<string>();
  for (const pattern of patterns) {
    const isExclusion = pattern.startsWith('!');
    for (const path of globSync(located(place, isExclusion ? pattern.slice(1) : pattern)))
      if (isExclusion) found.delete(path);
      else found.add(path);
  }
  return [...found].sort();
}

/** Copies a file or folder, with the folders above it. */
export async function copy(from: string, to: string): Promise<void> {
  await mkdir(dirname(to), { recursive: true });
  await cp(from, to, { recursive: true, force: true, verbatimSymlinks: true });
}

/** Every file below a folder, relative to it; hidden ones only when asked for. */
export async function filesBelow(folder: string, withHidden: boolean): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((each) => !each.isDirectory())
    .map((each) => relative(folder, join(each.parentPath, each.name)));
  return paths.filter((path) => withHidden || !path.split('/').some((part) => part.startsWith('.'))).sort();
}

export async function bytesOf(folder: string): Promise<number> {
  let bytes = 0;
  for (const path of await filesBelow(folder, true)) bytes += (await lstat(join(folder, path))).size;
  return bytes;
}

export async function removeAll(path: string): Promise<void> {
  await rm(path, { recursive: true, force: true });
}
