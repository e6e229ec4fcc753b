/** How the pages of a library are fetched and cut into documents. */
export const SOURCE_KINDS = ['github-md', 'github-rst', 'scrape-via-agent', 'godoc'] as const;
export type SourceKind = (typeof SOURCE_KINDS)[number];

/** One library at one version, resolved from the registry: what becomes one artifact. */
export interface Slot {
  /** `/org/project[/more…]`, without the version. */
  readonly libId: string;
  /** Empty where the library has no versions. */
  readonly version: string;
  readonly kind: SourceKind;
  /** The git tag or commit that stands for `{ref}`; empty where there is none. */
  readonly ref: string;
  /** Complete addresses, in the order of the registry. */
  readonly urls: readonly string[];
  readonly description: string;
  /** Name of its folder below the artifacts' folder. */
  readonly slug: string;
  /** Lowercase hex sha256 of what decides its content: kind, ref and addresses. */
  readonly cacheHash: string;
}

/** A slot in words: `/org/project` or `/org/project@1.2`. */
export function slotName({ libId, version }: Pick<Slot, 'libId' | 'version'>): string {
  return version === '' ? libId : `${libId}@${version}`;
}

/** A slot as commands take it: `/org/project` or `/org/project/1.2`. */
export function slotArgument({ libId, version }: Pick<Slot, 'libId' | 'version'>): string {
  return version === '' ? libId : `${libId}/${version}`;
}

/** Whether a name means one version alone: `/org/project/1.2`, or `/org/project@1.2` as progress tells it. */
export function isNamedVersion(slot: Pick<Slot, 'libId' | 'version'>, name: string): boolean {
  return slot.version !== '' && (slotArgument(slot) === name || slotName(slot) === name);
}

/**
 * Name of a slot's folder: `/a/b` at `1.2` is `a_b_1.2`. Two slots may come to the same name, which a registry refuses.
 */
export function slugOf(libId: string, version: string): string {
  const name = libId.replace(/^\//, '').replaceAll('/', '_');
  return version === '' ? name : `${name}_${version}`;
}
