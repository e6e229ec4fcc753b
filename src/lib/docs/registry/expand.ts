import { type Slot, slugOf } from '../slot.ts';
import { cacheHash } from './cache-hash.ts';
import { isSourceKind } from './entry-rules.ts';
import type { LibraryEntry, VersionEntry } from './library-entry.ts';

/**
 * The slots of a valid entry: one for each version in the order of the file, or one without a version. A version's own
 * addresses replace those of its library as a whole.
 */
export function expandEntry(entry: LibraryEntry): readonly Slot[] {
  return entry.versions.length === 0 ? [slotOf(entry)] : entry.versions.map((version) => slotOf(entry, version));
}

function slotOf(entry: LibraryEntry, version?: VersionEntry): Slot {
  const libId = entry.libId.text;
  const kind = entry.kind.text;
  if (!isSourceKind(kind)) throw new Error(`${libId} has the kind ${kind}, which its check let through`);
  const name = version?.name.text ?? '';
  const ref = version?.ref.text || entry.ref.text;
  const urls = (version?.urls ?? entry.urls).map(({ text }) => text.replaceAll('{ref}', () => ref));
  return {
    libId,
    version: name,
    kind,
    ref,
    urls,
    description: version?.description || entry.description,
    slug: slugOf(libId, name),
    cacheHash: cacheHash({ kind, ref, urls }),
  };
}
