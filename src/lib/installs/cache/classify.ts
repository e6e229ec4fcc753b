import type { z } from 'zod';
import { messageOf } from '../../errors.ts';
import type { InstallsCache } from './cache-file.ts';
import { CACHE_SCHEMA, CACHE_SCHEMA_V0, CACHE_SCHEMA_V1, CACHE_SCHEMA_V2 } from './schema.ts';

/**
 * Which program wrote a text. `frankenstate` has the fields of the first generation and a total that only a later one
 * can have made: its counters are old, and its total means something else.
 */
export type CacheGeneration = 'v0' | 'v1' | 'v2' | 'v3' | 'frankenstate' | 'invalid';

export type Classified =
  | { readonly generation: 'v3' | 'v2'; readonly counts: CountsOfCache }
  | { readonly generation: 'v1'; readonly counts: Pick<CountsOfCache, 'npm' | 'pypi' | 'crates' | 'fetchedAt'> }
  | { readonly generation: 'v0' }
  | { readonly generation: 'frankenstate'; readonly problem: string }
  | { readonly generation: 'invalid'; readonly problem: string };

/** A second-generation file has no numbers by package. */
export type CountsOfCache = Omit<InstallsCache, PackageMap> & Partial<Pick<InstallsCache, PackageMap>>;
type PackageMap = 'npmByPackage' | 'pypiByPackage' | 'cratesByPackage';

/** Tells the generation of a cache file by its content, and what is in it that can be trusted. Pure. */
export function classify(text: string): Classified {
  const read = readJson(text);
  if ('problem' in read) return { generation: 'invalid', problem: read.problem };
  const v3 = CACHE_SCHEMA.safeParse(read.value);
  if (v3.success) return { generation: 'v3', counts: v3.data };
  const v2 = CACHE_SCHEMA_V2.safeParse(read.value);
  if (v2.success) return { generation: 'v2', counts: v2.data };
  const v1 = CACHE_SCHEMA_V1.safeParse(read.value);
  if (v1.success) {
    const { npm, pypi, crates, ghcr, maven, total, fetchedAt } = v1.data;
    const sum = npm + pypi + crates + ghcr + maven;
    return total === sum
      ? { generation: 'v1', counts: { npm, pypi, crates, fetchedAt } }
      : { generation: 'frankenstate', problem: `total is ${total}, and its counters add up to ${sum}` };
  }
  if (CACHE_SCHEMA_V0.safeParse(read.value).success) return { generation: 'v0' };
  return { generation: 'invalid', problem: firstIssue(v3.error) };
}

/**
 * The JSON in the text of a file. A byte order mark is allowed; everything else that is no JSON is told by what it is:
 * marks of a merge conflict, a text that ends early, an empty file; `line` is where, from 1.
 */
export function readJson(
  text: string,
): { readonly value: unknown } | { readonly problem: string; readonly line: number } {
  const content = text.startsWith('\uFEFF') ? text.slice(1) : text;
  if (content.trim() === '') return { problem: 'the file is empty', line: 1 };
  const conflict = /^(<{7}|={7}|>{7})/m.exec(content);
  if (conflict) {
    const line = lineOf(content, conflict.index);
    return { problem: `line ${line} is the mark of a merge conflict that nobody resolved`, line };
  }
  try {
    return { value: JSON.parse(content) };
  } catch (thrown) {
    if (!/[}\]]\s*$/.test(content)) {
      return { problem: 'the JSON ends early: the file was cut off', line: lineOf(content, content.length) };
    }
    const detail = messageOf(thrown);
    const [, line = '1'] = /\(line (\d+) column \d+\)/.exec(detail) ?? [];
    return { problem: `not JSON (${detail})`, line: Number(line) };
  }
}

function lineOf(text: string, index: number): number {
  return text.slice(0, index).split('\n').length;
}

function firstIssue(error: z.ZodError): string {
  const [issue] = error.issues;
  if (!issue) return 'not an installs cache';
  return issue.path.length === 0 ? issue.message : `${issue.path.join('.')}: ${issue.message}`;
}
