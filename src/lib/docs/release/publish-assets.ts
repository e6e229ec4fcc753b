import { createHash } from 'node:crypto';
import type { Clock } from '../../clock.ts';
import { OperatorError } from '../../errors.ts';
import { GitHubRefusal } from '../../github/refusals.ts';
import type { Release, ReleaseAsset, Releases } from '../../github/repository/releases.ts';
import type { ProgressEvent } from '../../progress/events.ts';
import { type AssetStep, nextAssetStep, temporaryName, type WantedAsset, type WantedPair } from './asset-steps.ts';

export interface PublishCapabilities {
  readonly releases: Releases;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** How many steps may fail, or uploads come out wrong. */
const MOST_FAILURES = 8;
/** Before the next look, times the failures so far. */
const PAUSE_MS = 500;

/**
 * Takes the steps of `nextAssetStep` until the release has the wanted pair. Between the first asset that goes and the
 * last that comes it does not listen to the signal: those few requests are quick.
 *
 * @param contents of the wanted assets, by name
 * @returns true when something was changed
 * @throws OperatorError `publish_failed`, `release_gone`; RateLimitPause
 */
export async function* publishAssets(
  { releases, clock, signal }: PublishCapabilities,
  release: Release,
  pair: WantedPair,
  contents: ReadonlyMap<string, Blob>,
): AsyncGenerator<ProgressEvent, boolean> {
  const hashes = new Map<number, string>();
  const done = { changed: false, swapping: false, failures: 0 };
  for (;;) {
    if (!done.swapping) signal.throwIfAborted();
    const assets = await assetsOf(releases, release, done.swapping ? undefined : signal);
    const step = nextAssetStep(assets, pair, hashes);
    if (step === undefined) return done.changed;
    done.swapping = step.kind === 'withdraw' || step.kind === 'rename';
    done.changed ||= step.kind !== 'verify';
    const failure = await take(step).catch(passingFailure);
    if (failure !== undefined || step.kind === 'discard') done.failures += 1;
    if (done.failures >= MOST_FAILURES) throw publishFailed(release, failure ?? doneWords(step));
    if (failure === undefined) {
      yield { event: 'notice.raised', level: 'info', message: doneWords(step) };
      continue;
    }
    yield { event: 'notice.raised', level: 'warning', message: `${failure}; looking again` };
    await clock.sleep(PAUSE_MS * done.failures, done.swapping ? undefined : signal);
  }

  /** @returns why it did not succeed, when that may pass */
  async function take(step: AssetStep): Promise<string | undefined> {
    switch (step.kind) {
      case 'upload': {
        const name = temporaryName(step.wanted);
        const content = contents.get(step.wanted.name);
        if (content === undefined) throw new Error(`there is no content for ${step.wanted.name}`);
        const upload = { mediaType: 'application/octet-stream', content };
        return (await releases.upload(release, name, upload, signal)) ? undefined : `the name ${name} is taken`;
      }
      case 'verify':
        hashes.set(step.asset.id, await hashOf(releases, step.asset, signal));
        return undefined;
      case 'rename':
        return (await releases.rename(step.asset, step.to)) ? undefined : `the name ${step.to} is still taken`;
      case 'discard':
      case 'withdraw':
      case 'tidy':
        await releases.delete(step.asset);
        return undefined;
    }
  }
}

/** What is left to do, in words, for an operator who wants to know before it is done. */
export function plannedWords(assets: readonly ReleaseAsset[], pair: WantedPair): readonly string[] {
  const { database, checksum } = pair;
  if (nextAssetStep(assets, pair, new Map()) === undefined) return ['nothing is left to do on GitHub'];
  const there = new Set(assets.map(({ name }) => name));
  return [database, checksum].map((wanted: WantedAsset) => {
    const verb = there.has(wanted.name) ? 'replace' : 'add';
    return `would ${verb} ${wanted.name} (${wanted.size} bytes, sha256 ${wanted.sha256})`;
  });
}

export async function hashOf(releases: Releases, asset: ReleaseAsset, signal: AbortSignal): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of releases.download(asset, signal)) hash.update(chunk);
  return hash.digest('hex');
}

function doneWords(step: AssetStep): string {
  switch (step.kind) {
    case 'upload':
      return `uploaded ${temporaryName(step.wanted)}`;
    case 'verify':
      return `downloaded ${step.asset.name} to verify it`;
    case 'rename':
      return `${step.asset.name} is now ${step.to}`;
    case 'discard':
      return `removed ${step.asset.name}, which did not arrive whole`;
    case 'withdraw':
    case 'tidy':
      return `removed ${step.asset.name}`;
  }
}

/** What may be otherwise at the next look: GitHub lost the request, or what it was about is not there any more. */
function passingFailure(thrown: unknown): string {
  if (thrown instanceof GitHubRefusal || isNotFound(thrown)) return thrown.message;
  throw thrown;
}

async function assetsOf(
  releases: Releases,
  release: Release,
  signal: AbortSignal | undefined,
): Promise<readonly ReleaseAsset[]> {
  try {
    return await releases.assets(release, signal);
  } catch (thrown) {
    if (!isNotFound(thrown)) throw thrown;
    const message = `the release ${release.tag} was deleted meanwhile: nothing is published, the manifest is as it was`;
    throw new OperatorError(message, {
      code: 'release_gone',
      nextSteps: [`find out who deleted it, then: capture-cli dbrelease --tag ${release.tag} --create`],
      cause: thrown,
    });
  }
}

function isNotFound(thrown: unknown): thrown is OperatorError {
  return thrown instanceof OperatorError && thrown.code === 'not_found';
}

function publishFailed({ tag, url }: Release, reason: string): OperatorError {
  return new OperatorError(`the doc pack could not be published to ${url}: ${reason}`, {
    code: 'publish_failed',
    nextSteps: [`run it again, it goes on from here: capture-cli dbrelease --tag ${tag}`],
  });
}
