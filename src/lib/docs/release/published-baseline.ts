import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { OperatorError } from '../../errors.ts';
import type { ReleaseAsset, Releases } from '../../github/repository/releases.ts';
import type { Baseline } from '../shrink.ts';
import type { WantedAsset } from './asset-steps.ts';
import { baselineOf, type PackRelease } from './manifest.ts';
import { readPack } from './pack-database.ts';

/**
 * What the release holds that is about to be replaced: as the manifest says where it is about that very file, else by
 * downloading it and looking into it. Undefined where there is nothing, or nothing that could be lost.
 */
export async function publishedBaseline(
  releases: Releases,
  assets: readonly ReleaseAsset[],
  wanted: WantedAsset,
  last: PackRelease | null,
  signal: AbortSignal,
): Promise<Baseline | undefined> {
  const asset = assets.find(({ name, complete }) => name === wanted.name && complete);
  if (asset === undefined || asset.sha256 === wanted.sha256) return undefined;
  if (last && asset.sha256 === last.sha256) return baselineOf(last);
  const folder = await mkdtemp(join(tmpdir(), 'capture-cli-release-'));
  try {
    const path = join(folder, wanted.name);
    await pipeline(releases.download(asset, signal), createWriteStream(path));
    const { libCount, docCount } = await readPack(path);
    return { name: `${wanted.name} of the release`, libs: libCount, documents: docCount };
  } catch (thrown) {
    // A file that deadzone could not open either, such as a release of an empty database.
    if (thrown instanceof OperatorError && thrown.code === 'database_invalid') return undefined;
    throw thrown;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
