import type { ReleaseAsset } from '../../github/repository/releases.ts';

/** A file as it should be among the assets of a release. */
export interface WantedAsset {
  readonly name: string;
  /** Lowercase hex. */
  readonly sha256: string;
  /** Bytes. */
  readonly size: number;
}

/** The database, and the file that tells its hash: readers compare the two, so they must belong together. */
export interface WantedPair {
  readonly database: WantedAsset;
  readonly checksum: WantedAsset;
}

export type AssetStep =
  /** Under its temporary name. */
  | { readonly kind: 'upload'; readonly wanted: WantedAsset }
  /** Download it, to know its hash. */
  | { readonly kind: 'verify'; readonly asset: ReleaseAsset }
  /** What an upload left that failed or came out wrong. */
  | { readonly kind: 'discard'; readonly asset: ReleaseAsset }
  | { readonly kind: 'withdraw'; readonly asset: ReleaseAsset }
  | { readonly kind: 'rename'; readonly asset: ReleaseAsset; readonly to: string }
  | { readonly kind: 'tidy'; readonly asset: ReleaseAsset };

const UPLOADING = '.uploading-';

/** The name of an asset until it takes its place. It says which content it has, so that a later run can go on with it. */
export function temporaryName({ name, sha256 }: WantedAsset): string {
  return `${name}${UPLOADING}${sha256.slice(0, 12)}`;
}

/**
 * What to do next so that a release has the wanted pair; undefined when it has, and nothing else of ours. It looks at
 * nothing but what is there, so it does not matter how things came to be so, nor where an earlier run was cut off.
 *
 * GitHub replaces no two assets at once. The order makes sure that a reader never sees a checksum beside a database that
 * it is not of: both are complete and verified under temporary names, then the old checksum goes first and the new one
 * comes last. In between a release has a database without a checksum, or none, which readers take for unfinished.
 *
 * @param hashes of the assets that were downloaded, by their ids
 */
export function nextAssetStep(
  assets: readonly ReleaseAsset[],
  { database, checksum }: WantedPair,
  hashes: ReadonlyMap<number, string>,
): AssetStep | undefined {
  const named = (name: string) => assets.find((asset) => asset.name === name);
  const [liveDatabase, liveChecksum] = [named(database.name), named(checksum.name)];
  for (const [live, wanted] of [
    [liveDatabase, database],
    [liveChecksum, checksum],
  ] as const) {
    if (live && hashOf(live, wanted, hashes) === undefined) return { kind: 'verify', asset: live };
  }
  const databaseIsLive = liveDatabase !== undefined && hashOf(liveDatabase, database, hashes) === database.sha256;
  const checksumIsLive = liveChecksum !== undefined && hashOf(liveChecksum, checksum, hashes) === checksum.sha256;
  if (databaseIsLive && checksumIsLive) return tidyStep(assets, [database, checksum]);

  const staged = databaseIsLive ? [checksum] : [database, checksum];
  for (const wanted of staged) {
    const step = stagingStep(named(temporaryName(wanted)), wanted, hashes);
    if (step) return step;
  }
  if (liveChecksum) return { kind: 'withdraw', asset: liveChecksum };
  if (liveDatabase && !databaseIsLive) return { kind: 'withdraw', asset: liveDatabase };
  for (const wanted of staged) {
    const asset = named(temporaryName(wanted));
    if (asset) return { kind: 'rename', asset, to: wanted.name };
  }
  return undefined;
}

function stagingStep(
  asset: ReleaseAsset | undefined,
  wanted: WantedAsset,
  hashes: ReadonlyMap<number, string>,
): AssetStep | undefined {
  if (asset === undefined) return { kind: 'upload', wanted };
  if (!asset.complete || asset.size !== wanted.size) return { kind: 'discard', asset };
  const hash = hashes.get(asset.id);
  if (hash === undefined) return { kind: 'verify', asset };
  return hash === wanted.sha256 ? undefined : { kind: 'discard', asset };
}

function tidyStep(assets: readonly ReleaseAsset[], wanted: readonly WantedAsset[]): AssetStep | undefined {
  const leftover = assets.find((asset) => wanted.some(({ name }) => asset.name.startsWith(`${name}${UPLOADING}`)));
  return leftover && { kind: 'tidy', asset: leftover };
}

/** The hash of an asset in its place, which GitHub may tell; '' where size or state already say that it is another. */
function hashOf(asset: ReleaseAsset, wanted: WantedAsset, hashes: ReadonlyMap<number, string>): string | undefined {
  if (!asset.complete || asset.size !== wanted.size) return '';
  return hashes.get(asset.id) ?? asset.sha256 ?? undefined;
}
