import { createHash } from 'node:crypto';
import { goJson } from '../go-json.ts';
import type { SourceKind } from '../slot.ts';

/** What decides the content of an artifact. The library's name and description do not. */
export interface CacheInputs {
  readonly kind: SourceKind;
  readonly ref: string;
  /** Complete addresses, in any order. */
  readonly urls: readonly string[];
}

/**
 * deadzone's key of an artifact in a cache: lowercase hex sha256 of the compact JSON of `{kind, ref, urls}`, the
 * addresses in the order of their bytes (doc-pack format, section 2.2).
 */
export function cacheHash({ kind, ref, urls }: CacheInputs): string {
  return createHash('sha256')
    .update(goJson({ kind, ref, urls: inByteOrder(urls) }))
    .digest('hex');
}

/** UTF-16 and UTF-8 order differ above U+FFFF; one character a byte makes them the same. */
function inByteOrder(texts: readonly string[]): readonly string[] {
  return texts
    .map((text) => Buffer.from(text, 'utf8').toString('latin1'))
    .toSorted()
    .map((bytes) => Buffer.from(bytes, 'latin1').toString('utf8'));
}
