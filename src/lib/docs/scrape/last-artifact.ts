import { OperatorError } from '../../errors.ts';
import { previousVectors } from '../artifact/previous-vectors.ts';
import { type Artifact, readArtifact } from '../artifact/read-artifact.ts';
import { sameIdentity } from '../artifact/schema.ts';
import { descriptionHash } from '../artifact/write-artifact.ts';
import type { EmbedderIdentity } from '../embed/embedder.ts';
import type { KnownPage } from '../parse/page-reading.ts';
import type { Section } from '../parse/section.ts';
import type { Slot } from '../slot.ts';
import { PARSER_VERSIONS } from './page-reader.ts';
import type { CurrentPage } from './slot-pages.ts';

/** The artifact that a slot has, if it has a good one. */
export type LastArtifact =
  | { readonly artifact: Artifact; readonly damage: null }
  /** `damage` says what is wrong with the one that is there. */
  | { readonly artifact: null; readonly damage: string | null };

/** Reads the artifact of a slot; one that cannot be used counts as none, and is said. */
export async function readLastArtifact(folder: string, slot: Slot): Promise<LastArtifact> {
  try {
    return { artifact: await readArtifact({ folder, slot }), damage: null };
  } catch (thrown) {
    if (!(thrown instanceof OperatorError)) throw thrown;
    return { artifact: null, damage: thrown.code === 'artifact_missing' ? null : thrown.message };
  }
}

/**
 * The pages whose sections need not be cut again. None where other rules cut them, where the kind is another, or where
 * another program wrote the artifact.
 */
export function knownPages(artifact: Artifact | null, slot: Slot): ReadonlyMap<string, KnownPage> {
  if (artifact === null || artifact.parserVersion !== PARSER_VERSIONS[slot.kind]) return new Map();
  return new Map(artifact.pages.map((page) => [page.url, page]));
}

/** The sections of a page as the artifact has them. */
export function sectionsOf(artifact: Artifact | null, url: string): readonly Section[] {
  return artifact?.documents.filter((document) => document.url === url) ?? [];
}

/** The vectors that need not be made again, by their text; none of another embedder. */
export function knownVectors(artifact: Artifact | null, identity: EmbedderIdentity): ReadonlyMap<string, Float32Array> {
  return artifact !== null && sameIdentity(artifact.identity, identity) ? previousVectors(artifact) : new Map();
}

/** The library's own vector, when its words and the embedder are the same. */
export function knownLibVector(artifact: Artifact | null, slot: Slot, identity: EmbedderIdentity): Float32Array | null {
  if (artifact === null || !sameIdentity(artifact.identity, identity)) return null;
  return artifact.descriptionHash === descriptionHash(slot) ? artifact.libVector : null;
}

/** Whether an artifact is of what the registry and the embedder ask for now, however old its pages are. */
export function isOf(artifact: Artifact, slot: Slot, identity: EmbedderIdentity): boolean {
  return artifact.cacheHash === slot.cacheHash && knownLibVector(artifact, slot, identity) !== null;
}

/** How much an artifact has in common with what it would be replaced by. */
export type Sameness =
  /** Nothing would change. */
  | 'same'
  /** Only what the server calls its pages would. */
  | 'revalidated'
  | 'different';

/** Compares an artifact with the pages as they are now; `pages` were read with `knownPages` of the same artifact. */
export function compare(
  artifact: Artifact,
  slot: Slot,
  identity: EmbedderIdentity,
  pages: readonly CurrentPage[],
): Sameness {
  const isSame =
    isOf(artifact, slot, identity) &&
    pages.length === artifact.pages.length &&
    pages.every(({ url, sections }, index) => sections === null && artifact.pages[index]?.url === url);
  if (!isSame) return 'different';
  const isCurrent = pages.every(({ validators: { etag, lastModified } }, index) => {
    const stored = artifact.pages[index]?.validators;
    return stored?.etag === etag && stored.lastModified === lastModified;
  });
  return isCurrent ? 'same' : 'revalidated';
}
