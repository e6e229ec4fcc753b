import type { ArtifactContent } from '../../src/lib/docs/artifact/write-artifact.ts';
import type { EmbedderIdentity } from '../../src/lib/docs/embed/embedder.ts';
import type { Slot } from '../../src/lib/docs/slot.ts';

export const SAMPLE_IDENTITY: EmbedderIdentity = { kind: 'sample', model: 'sample/unit-vectors', dim: 8 };

/** A slot with one page for each ten documents that it is to have. */
export function sampleSlot(libId: string, options: { readonly version?: string; readonly urls?: number } = {}): Slot {
  const { version = '', urls = 1 } = options;
  const name = libId.slice(1).replaceAll('/', '_');
  return {
    libId,
    version,
    kind: 'github-md',
    ref: version === '' ? '' : `v${version}`,
    urls: Array.from({ length: urls }, (_, index) => `https://docs.example${libId}/${index}.md`),
    description: `About ${name}`,
    slug: version === '' ? name : `${name}_${version}`,
    cacheHash: 'c'.repeat(64),
  };
}

export interface SampleOptions {
  readonly documents?: number;
  readonly identity?: EmbedderIdentity;
  /** Characters of each document, about. */
  readonly length?: number;
  /** Told in every document, to make another content of the same slot. */
  readonly edition?: string;
}

/** What an artifact of that slot may hold: the same for the same arguments. */
export function sampleContent(slot: Slot, options: SampleOptions = {}): ArtifactContent {
  const { documents = 3, identity = SAMPLE_IDENTITY, length = 60, edition = 'first' } = options;
  const pages = slot.urls.map((url) => ({
    url,
    validators: { etag: `"${url.length}"`, lastModified: null },
    sha256: 'a'.repeat(64),
    fetchedAt: 1_700_000_000_000,
  }));
  return {
    slot,
    identity,
    libVector: sampleVector(identity.dim, slot.libId.length),
    documents: Array.from({ length: documents }, (_, index) => ({
      title: `${slot.slug} ${index}`,
      content: `${edition} edition `.repeat(Math.max(1, Math.floor(length / 14))),
      vector: sampleVector(identity.dim, index),
      url: slot.urls[index % slot.urls.length] ?? '',
    })),
    pages,
    parserVersion: '1',
  };
}

/** A vector of unit length that points along one axis, and a little along the next. */
export function sampleVector(dim: number, axis: number): Float32Array {
  const vector = new Float32Array(dim);
  vector[axis % dim] = 0.8;
  vector[(axis + 1) % dim] = 0.6;
  return vector;
}
