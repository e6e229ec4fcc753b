import { readFile } from 'node:fs/promises';
import { messageOf, OperatorError } from '../../errors.ts';
import { EXIT } from '../../exit-codes.ts';
import { type Slot, slotName, slugOf } from '../slot.ts';
import { checkEntry } from './entry-rules.ts';
import { expandEntry } from './expand.ts';
import { type LibraryEntry, readEntries } from './library-entry.ts';
import { RegistryFile } from './registry-file.ts';

/** The libraries of a doc pack. */
export interface Registry {
  readonly path: string;
  /** In the order of the file, the versions of a library in theirs. */
  readonly slots: readonly Slot[];
}

/**
 * Reads and validates a registry (`libraries_sources.yaml`).
 *
 * @throws OperatorError exit 2: `registry_unreadable`, or `registry_invalid` with every problem and its place
 */
export async function loadRegistry(path: string): Promise<Registry> {
  const source = await readFile(path, 'utf8').catch((thrown: unknown) => {
    throw new OperatorError(`read config ${path}: ${messageOf(thrown)}`, {
      code: 'registry_unreadable',
      exitCode: EXIT.usage,
      nextSteps: ['name the registry with --registry FILE, or with docs.registry in .deadzonerc'],
      cause: thrown,
    });
  });
  return parseRegistry(path, source);
}

/**
 * A registry from its text; `path` is what messages call it.
 *
 * @throws OperatorError `registry_invalid`, exit 2
 */
export function parseRegistry(path: string, source: string): Registry {
  const file = new RegistryFile(path, source);
  const entries = readEntries(file).filter(({ readable }) => readable);
  for (const entry of entries) checkEntry(file, entry);
  checkSlots(file, entries);
  file.throwIfBroken();
  return { path, slots: entries.flatMap(expandEntry) };
}

/** No two slots are the same, and none would write into the folder of another. */
function checkSlots(file: RegistryFile, entries: readonly LibraryEntry[]): void {
  const folders = new Map<string, { readonly slot: string; readonly line: number }>();
  for (const { where, libId, versions } of entries) {
    if (libId.text === '') continue;
    const names = versions.length === 0 ? [{ text: '', offset: libId.offset }] : versions.map(({ name }) => name);
    for (const { text: version, offset } of names) {
      const slot = slotName({ libId: libId.text, version });
      const slug = slugOf(libId.text, version);
      const earlier = folders.get(slug);
      if (earlier === undefined) folders.set(slug, { slot, line: file.placeOf(offset).line });
      else if (earlier.slot === slot) {
        file.report('check', offset, `${where}${slot} is already defined at line ${earlier.line}`);
      } else {
        const message = `${slot} and ${earlier.slot} (line ${earlier.line}) have the same folder name "${slug}"`;
        file.report('check', offset, `${where}${message}`);
      }
    }
  }
}
