import type { z } from 'zod';
import { readJson } from '../cache/classify.ts';
import { CACHE_SCHEMA, CACHE_SCHEMA_V1 } from '../cache/schema.ts';
import { type InstallsFinding, RESTORE } from './finding.ts';

/** What each field meant whose absence shows that an old program wrote the file. */
const LOST_BY_ABSENCE: Readonly<Record<string, string>> = {
  clones: 'every clone that was ever counted is lost, and a website that shows them hides them',
  clonesByRepo: 'the clones of each repository and the day up to which they are counted are lost',
  releases: 'downloads of release assets are lost',
  ghPackages: 'downloads of GitHub Packages are lost',
};

/**
 * Why a text is no cache file of today, in findings: marks of an old program with what each of them means, else every
 * field that is not as it must be. Nothing for a file of the second or third generation.
 */
export function shapeFindings(text: string): readonly InstallsFinding[] {
  const read = readJson(text);
  if ('problem' in read) {
    const { problem: message, line } = read;
    return [{ rule: 'cache/unreadable', line, message, unreadable: true, nextSteps: [RESTORE] }];
  }
  const present = isObject(read.value) ? new Set(Object.keys(read.value)) : new Set<string>();
  const marks = present.has('total') ? oldMarks(present, read.value) : [];
  if (marks.length > 0) return marks;
  const parsed = CACHE_SCHEMA.partial({ npmByPackage: true, pypiByPackage: true, cratesByPackage: true }).safeParse(
    read.value,
  );
  return parsed.success ? [] : parsed.error.issues.map(issueFinding);
}

function oldMarks(present: ReadonlySet<string>, value: unknown): readonly InstallsFinding[] {
  const old = (message: string, field?: string): InstallsFinding => ({
    rule: 'cache/old-shape',
    message,
    ...(field === undefined ? {} : { field }),
    nextSteps: [RESTORE],
  });
  const found = Object.entries(LOST_BY_ABSENCE)
    .filter(([field]) => !present.has(field))
    .map(([field, meaning]) => old(`${field} is missing: ${meaning}`));
  if (present.has('ghcr')) {
    found.unshift(old('ghcr is a field of the first generation: a program from before clones wrote this file', 'ghcr'));
  }
  const v1 = CACHE_SCHEMA_V1.safeParse(value);
  if (v1.success) {
    const { npm, pypi, crates, ghcr, maven, total } = v1.data;
    const sum = npm + pypi + crates + ghcr + maven;
    const message = `total is ${total}, and the counters beside it add up to ${sum}: it was made by another program`;
    if (total !== sum) found.push(old(message, 'total'));
  }
  return found;
}

function issueFinding({ path, message }: z.core.$ZodIssue): InstallsFinding {
  const field = path.join('.');
  return {
    rule: 'cache/schema',
    message: field === '' ? message : `${field}: ${message}`,
    ...(field === '' ? {} : { field }),
    nextSteps: [RESTORE],
  };
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
