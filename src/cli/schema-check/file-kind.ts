import { basename } from 'node:path';

/** What `schema-check` knows the shape of. */
export type FileKind =
  | 'installs cache'
  | 'installs ledger'
  | 'registry'
  | 'manifest'
  | 'settings'
  | 'doc database'
  | 'workflow';

/** What is checked: a file, or the store. */
export type CheckedKind = FileKind | 'store';

/** The first bytes of every SQLite file (sqlite.org/fileformat.html, "The Database Header"). */
export const SQLITE_HEADER = 'SQLite format 3\0';

const FIELDS_OF_A_CACHE = /"(clonesByRepo|ghPackages|fetchedAt|ghcr)"\s*:/;

/**
 * Recognises a file by what is in it, and where that does not tell, as it is broken, by its name. Null for one that is
 * none of ours.
 */
export function kindOf(path: string, text: string): FileKind | null {
  const name = basename(path);
  if (text.startsWith(SQLITE_HEADER) || /^(artifact|deadzone)\.db$/.test(name)) return 'doc database';
  if (/^\.deadzonerc/.test(name) || /^deadzone\.config\./.test(name)) return 'settings';
  if (/^\{"entry":/.test(text) || name.endsWith('.ledger.jsonl')) return 'installs ledger';
  if (FIELDS_OF_A_CACHE.test(text) || /^installs-cache[^.]*\.json$/.test(name)) return 'installs cache';
  if (/\.ya?ml$/.test(name)) return yamlKind(name, text);
  return null;
}

function yamlKind(name: string, text: string): FileKind | null {
  if (/^jobs:/m.test(text) && /^['"]?on['"]?:/m.test(text)) return 'workflow';
  if (/^libraries:/m.test(text) || name === 'libraries_sources.yaml') return 'registry';
  if (/^release:/m.test(text) || name === 'manifest.yaml') return 'manifest';
  return null;
}
