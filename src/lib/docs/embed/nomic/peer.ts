import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { OperatorError } from '../../../errors.ts';
import { EXIT } from '../../../exit-codes.ts';

const PEER = '@huggingface/transformers';

/** What this package uses of the peer (huggingface.co/docs/transformers.js, "pipelines"). */
export interface Transformers {
  pipeline(
    task: 'feature-extraction',
    model: string,
    options: Readonly<Record<string, string | boolean>>,
  ): Promise<FeatureExtraction>;
}

export type FeatureExtraction = (
  text: string,
  options: { readonly pooling: 'mean'; readonly normalize: boolean },
) => Promise<{ readonly data: ArrayLike<number> }>;

/**
 * `file:` address of the peer's entry, looked for from the project and then from this package.
 *
 * @throws OperatorError `embedder_peer_missing`
 */
export function findTransformers(projectFolder: string): string {
  for (const from of [join(projectFolder, 'package.json'), import.meta.filename]) {
    try {
      return pathToFileURL(createRequire(from).resolve(PEER)).href;
    } catch {
      // Not there: the next place, or the error below.
    }
  }
  throw new OperatorError(`the embedder nomic needs the package ${PEER}, and it is not installed in ${projectFolder}`, {
    code: 'embedder_peer_missing',
    exitCode: EXIT.usage,
    nextSteps: [
      `npm install ${PEER}`,
      'or make the doc pack with the embedder in the package: export DEADZONE_DOCS_EMBEDDER=use-lite',
    ],
  });
}

/** The peer, loaded. It is CommonJS where `findTransformers` found it, so that names may be on `default` only. */
export async function loadTransformers(address: string): Promise<Transformers> {
  const loaded: unknown = await import(address);
  const peer = isTransformers(loaded) ? loaded : defaultOf(loaded);
  if (!isTransformers(peer))
    throw new TypeError(`${address} has no function pipeline: it is not a version that is known`);
  return peer;
}

function isTransformers(value: unknown): value is Transformers {
  return typeof value === 'object' && value !== null && 'pipeline' in value && typeof value.pipeline === 'function';
}

function defaultOf(value: unknown): unknown {
  return typeof value === 'object' && value !== null && 'default' in value ? value.default : undefined;
}
