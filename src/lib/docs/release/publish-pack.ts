import type { Clock } from '../../clock.ts';
import { OperatorError } from '../../errors.ts';
import { EXIT } from '../../exit-codes.ts';
import type { Release, Releases } from '../../github/repository/releases.ts';
import type { RepositoryName } from '../../github/repository/repository-name.ts';
import type { ProgressEvent } from '../../progress/events.ts';
import { formatQuantity } from '../../progress/format.ts';
import { replaceFile } from '../../replace-file.ts';
import { identityText, sameIdentity } from '../artifact/schema.ts';
import { timestamp } from '../artifact/state-file.ts';
import { type Baseline, refuseShrinking } from '../shrink.ts';
import { type Slot, slotName } from '../slot.ts';
import { baselineOf, loadManifest, type PackRelease, saveManifest } from './manifest.ts';
import { plannedWords, publishAssets } from './publish-assets.ts';
import { publishedBaseline } from './published-baseline.ts';
import { DATABASE_ASSET, type ReleaseFile, readReleaseFile } from './release-file.ts';
import { missingSlots, requireComplete, requireFloor } from './release-guards.ts';

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
  /** Whether the manifest was written. */
  readonly recorded: boolean;
}

/**
 * Publishes a consolidated database as an asset of a release, with its checksum, and records it in the manifest once
 * everything is in place. Running it again goes on where it was cut off, and changes nothing once it is done.
 *
 * @throws OperatorError of the guards, before anything is changed: `pack_partial`, `pack_below_floor`,
 *   `database_would_shrink`, `release_missing`, or as `readReleaseFile` and `loadManifest` do; of the publishing:
 *   `publish_failed`, `release_gone`
 */
export async function* publishPack(
  capabilities: ReleaseCapabilities,
  inputs: ReleaseInputs,
): AsyncGenerator<ProgressEvent, ReleaseResult> {
  const { releases, clock, signal } = capabilities;
  const { tag } = inputs;
  const file = await readReleaseFile(inputs.database);
  const { contents, pair } = file;
  const last = await loadManifest(inputs.manifest);
  const missing = missingSlots(contents, inputs.slots);
  requireComplete(missing, inputs.allowPartial);
  requireFloor(contents, inputs.floor);
  const guard = (baseline: Baseline | undefined) => {
    const holdings = { libs: contents.libCount, documents: contents.docCount };
    const baselines = baseline === undefined ? [] : [baseline];
    refuseShrinking(`dbrelease --tag ${tag}`, inputs.database, holdings, baselines, inputs.maxShrink, []);
  };
  if (last) guard(baselineOf(last));
  if (missing.length > 0)
    yield warning(`${formatQuantity(missing.length, 'library is', 'libraries are')} missing: ${inputs.allowPartial}`);
  if (last && !sameIdentity(last.embedder, contents.identity)) {
    const [before, now] = [identityText(last.embedder), identityText(contents.identity)];
    yield warning(`the embedder is ${now}; that of the last release was ${before}: readers need the new one`);
  }

  const release = await existingRelease(capabilities, inputs);
  const assets = release === undefined ? [] : await releases.assets(release, signal);
  guard(await publishedBaseline(releases, assets, pair.database, last, signal));

  const record = recordOf(tag, file, last, clock);
  const told = {
    repository: `${inputs.repository.owner}/${inputs.repository.name}`,
    release: record,
    missing: missing.map(slotName),
  };
  if (inputs.dryRun) {
    if (release === undefined) yield info(`would create the release ${tag}`);
    for (const words of plannedWords(assets, pair)) yield info(words);
    return { ...told, outcome: 'planned', recorded: false };
  }
  await replaceFile(`${inputs.database}.sha256`, file.checksum);
  const target = release ?? (await releases.create(tag, signal));
  const changed = yield* publishAssets(capabilities, target, pair, file.blobs);
  const recorded = record !== last;
  if (recorded) await saveManifest(inputs.manifest, record);
  return { ...told, outcome: changed ? 'published' : 'unchanged', recorded };
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
