import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream, existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { messageOf, OperatorError } from '../../../errors.ts';
import { syncDirectory } from '../../../replace-file.ts';
import type { PinnedModel } from './identity.ts';

export interface ModelFilesOptions {
  readonly model: PinnedModel;
  /** The folder of this model's files. */
  readonly folder: string;
  /** Base of the Hugging Face Hub. */
  readonly hub: string;
  readonly fetch: typeof globalThis.fetch;
}

/**
 * Sees to it that all files of a model are there and that the weights are the right ones. Files that are missing are
 * downloaded whole or not at all; those that are there are left alone.
 *
 * @throws OperatorError `model_weights_wrong`, naming the file and both hashes, or `model_download_failed`
 */
export async function ensureModelFiles(options: ModelFilesOptions, signal: AbortSignal): Promise<void> {
  const { model, folder } = options;
  await mkdir(folder, { recursive: true });
  for (const file of model.files) {
    if (!existsSync(join(folder, basename(file)))) await download(options, file, signal);
  }
  const weights = join(folder, model.weights.name);
  await verifyWeights(weights, weights, model, signal);
}

async function download({ model, folder, hub, fetch }: ModelFilesOptions, file: string, signal: AbortSignal) {
  const url = `${hub}/${model.repository}/resolve/${model.revision}/${file}`;
  const path = join(folder, basename(file));
  const temporary = `${path}.${process.pid}.part`;
  try {
    await save(url, temporary, fetch, signal);
    if (basename(file) === model.weights.name) await verifyWeights(temporary, url, model, signal);
    await rename(temporary, path);
    await syncDirectory(folder);
  } catch (thrown) {
    await rm(temporary, { force: true });
    throw thrown;
  }
}

async function save(url: string, path: string, fetch: typeof globalThis.fetch, signal: AbortSignal): Promise<void> {
  try {
    const response = await fetch(url, { signal });
    if (!response.ok || !response.body) throw new Error(`the server answered ${response.status}`);
    await pipeline(Readable.fromWeb(response.body), createWriteStream(path, { flush: true }), { signal });
  } catch (thrown) {
    signal.throwIfAborted();
    throw new OperatorError(`${url} could not be downloaded to ${path}: ${messageOf(thrown)}`, {
      code: 'model_download_failed',
      nextSteps: [
        'run the command again, or',
        'put the files of the model there by hand (docs.modelFolder), or',
        'make the doc pack with the embedder in the package: export DEADZONE_DOCS_EMBEDDER=use-lite',
      ],
      cause: thrown,
    });
  }
}

/** @param name what the error calls the file */
async function verifyWeights(
  path: string,
  name: string,
  { repository, revision, weights }: PinnedModel,
  signal: AbortSignal,
): Promise<void> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash, { signal });
  const sha256 = hash.digest('hex');
  if (sha256 === weights.sha256) return;
  const want = `the weights of ${repository} at ${revision} have ${weights.sha256}`;
  throw new OperatorError(`${name} has the sha256 ${sha256}, and ${want}`, {
    code: 'model_weights_wrong',
    nextSteps: name === path ? [`remove it, and it is downloaded anew: rm '${path}'`] : ['run the command again later'],
  });
}
