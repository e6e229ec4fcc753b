import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Clock } from '../../clock.ts';
import { OperatorError } from '../../errors.ts';
import { EXIT } from '../../exit-codes.ts';
import type { Release, ReleaseAsset, Releases } from '../../github/releases.ts';
import type { RepositoryName } from '../../github/repository-name.ts';
import type { ProgressEvent } from '../../progress/events.ts';
import { replaceFile } from '../../replace-file.ts';
import { identityText, sameIdentity } from '../artifact/schema.ts';
import { timestamp } from '../artifact/state-file.ts';
import { type Slot, slotName } from '../slot.ts';
import { loadManifest, type PackRelease, saveManifest } from './manifest.ts';
import { readPack } from './pack-database.ts';
import { plannedWords, publishAssets } from './publish-assets.ts';
import { DATABASE_ASSET, type ReleaseFile, readReleaseFile } from './release-file.ts';
import { missingSlots, requireComplete, requireFloor, requireNoShrink } from './release-guards.ts';

export interface ReleaseCapabilities {
  readonly releases: Releases;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

export interface ReleaseInputs {
  readonly repository: RepositoryName;
  readonly tag: string;
  /** Path of the consolidated database. */
  readonly database: string;
  /** Path of the manifest. */
  readonly manifest: string;
  /** Of the registry. */
  readonly slots: readonly Slot[];
  /** Why slots may be missing; undefined where they may not. */
  readonly allowPartial: string | undefined;
  /** Least number of documents. */
  readonly floor: number;
  /** Percent of documents, and of libraries, that may be lost against the last release. */
  readonly maxShrink: number;
  /** Publish a release where the tag has none. */
  readonly create: boolean;
  /** Change nothing, here or on GitHub. */
  readonly dryRun: boolean;
}

export interface ReleaseResult {
  readonly repository: string;
  /** `planned`: nothing was done, as asked. `unchanged`: the release had exactly this already. */
  readonly outcome: 'published' | 'unchanged' | 'planned';
  readonly release: PackRelease;
  /** Slots of the registry that are not in the database. */
  readonly missing: readonly string[];
}

/**
 * Publishes a consolidated database as an asset of a release, with its checksum, and records it in the manifest once
 * everything is in place. Running it again goes on where it was cut off, and changes nothing once it is done.
 *
 * @throws OperatorError of the guards, before anything is changed: `pack_partial`, `pack_below_floor`, `pack_shrunk`,
 *   `database_…`, `release_missing`; of the publishing: `publish_failed`, `release_gone`
 */
export async function* publishPack(
  capabilities: ReleaseCapabilities,
  inputs: ReleaseInputs,
): AsyncGenerator<ProgressEvent, ReleaseResult> {
  const { releases, clock, signal } = capabilities;
  const { tag, maxShrink } = inputs;
  const file = await readReleaseFile(inputs.database);
  const { contents, pair } = file;
  const last = await loadManifest(inputs.manifest);
  const missing = missingSlots(contents, inputs.slots);
  requireComplete(missing, inputs.allowPartial);
  requireFloor(contents, inputs.floor);
  if (last) requireNoShrink(contents, { ...last, name: `the release ${last.tag} of the manifest` }, maxShrink);
  if (missing.length > 0) yield warning(`${missing.length} libraries are missing: ${inputs.allowPartial}`);
  if (last && !sameIdentity(last.embedder, contents.identity)) {
    const [before, now] = [identityText(last.embedder), identityText(contents.identity)];
    yield warning(`the embedder is ${now}; that of the last release was ${before}: readers need the new one`);
  }

  const release = await existingRelease(capabilities, inputs);
  const assets = release === undefined ? [] : await releases.assets(release, signal);
  const published = await publishedSize(capabilities, assets, file, last);
  if (published)
    requireNoShrink(contents, { ...published, name: `${DATABASE_ASSET} in the release ${tag}` }, maxShrink);

  const record = recordOf(tag, file, last, clock);
  const told = {
    repository: `${inputs.repository.owner}/${inputs.repository.name}`,
    release: record,
    missing: missing.map(slotName),
  };
  if (inputs.dryRun) {
    if (release === undefined) yield info(`would create the release ${tag}`);
    for (const words of plannedWords(assets, pair)) yield info(words);
    return { ...told, outcome: 'planned' };
  }
  await replaceFile(`${inputs.database}.sha256`, file.checksum);
  const target = release ?? (await releases.create(tag, signal));
  const changed = yield* publishAssets(capabilities, target, pair, file.blobs);
  if (record !== last) await saveManifest(inputs.manifest, record);
  return { ...told, outcome: changed ? 'published' : 'unchanged' };
}

/** Undefined where there is none yet and it may be created. */
async function existingRelease(
  { releases, signal }: ReleaseCapabilities,
  { tag, create, repository }: ReleaseInputs,
): Promise<Release | undefined> {
  const release = await releases.find(tag, signal);
  if (release || create) return release;
  const name = `${repository.owner}/${repository.name}/${tag}`;
  throw new OperatorError(`release ${name} does not exist yet — push the tag first so CI's release.yml creates it`, {
    code: 'release_missing',
    exitCode: EXIT.usage,
    nextSteps: [`push the tag: git push origin ${tag}`, 'or create the release with it: --create'],
  });
}

/** How much the release holds already: as the manifest says where it is about that very file, else by looking into it. */
async function publishedSize(
  { releases, signal }: ReleaseCapabilities,
  assets: readonly ReleaseAsset[],
  { pair }: ReleaseFile,
  last: PackRelease | null,
): Promise<{ readonly libCount: number; readonly docCount: number } | undefined> {
  const asset = assets.find(({ name, complete }) => name === DATABASE_ASSET && complete);
  if (asset === undefined || asset.sha256 === pair.database.sha256) return undefined;
  if (last && asset.sha256 === last.sha256) return last;
  const folder = await mkdtemp(join(tmpdir(), 'capture-cli-release-'));
  try {
    const path = join(folder, DATABASE_ASSET);
    await pipeline(releases.download(asset, signal), createWriteStream(path));
    return await readPack(path);
  } catch (thrown) {
    // What cannot be opened has nothing that could be lost.
    if (thrown instanceof OperatorError && thrown.code === 'database_invalid') return undefined;
    throw thrown;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The record of this release: the one that is there when it says the same, so that a manifest does not change for nothing. */
function recordOf(tag: string, { contents, pair }: ReleaseFile, last: PackRelease | null, clock: Clock): PackRelease {
  const { sha256, size } = pair.database;
  if (last && last.tag === tag && last.sha256 === sha256 && last.size === size) return last;
  return {
    tag,
    asset: DATABASE_ASSET,
    sha256,
    size,
    indexedAt: timestamp(clock.now()),
    embedder: contents.identity,
    libCount: contents.libCount,
    docCount: contents.docCount,
  };
}

function info(message: string): ProgressEvent {
  return { event: 'notice.raised', level: 'info', message };
}

function warning(message: string): ProgressEvent {
  return { event: 'notice.raised', level: 'warning', message };
}
