import type { SourceKind } from '../slot.ts';

/** What speaks against putting documents in the place of an artifact. */
export interface Replacement {
  readonly kind: SourceKind;
  /** Documents of the artifact that is there; null where there is none. */
  readonly before: number | null;
  readonly now: number;
  /** The share of its documents, 0 to 1, that a slot may lose; undefined lets it lose them all. */
  readonly maxShrink: number | undefined;
}

/**
 * Why so few documents are not a good artifact; null where they are. Pages that say nothing are a mistake of the source
 * or of the registry, except for Go: a package without exported identifiers has nothing to document.
 */
export function refuseShrinking({ kind, before, now, maxShrink }: Replacement): string | null {
  if (now === 0 && kind !== 'godoc') return 'its pages have no text that could be found';
  if (before === null || maxShrink === undefined || now >= before * (1 - maxShrink)) return null;
  const share = `${Math.round(maxShrink * 100)}%`;
  return `it would shrink from ${before} to ${now} documents, more than ${share}; see whether that is right, then --force-shrink`;
}
