import { join } from 'node:path';
import type { EmbedderCapabilities } from '../capabilities.ts';
import type { NomicChoice } from '../choice.ts';
import type { Embedder } from '../embedder.ts';
import { createLocalEmbedder } from '../local-embedder.ts';
import { WorkerPool } from '../worker/worker-pool.ts';
import { NOMIC, NOMIC_MODEL, NOMIC_PREFIXES, type PinnedModel } from './identity.ts';
import { ensureModelFiles } from './model-files.ts';
import { findTransformers } from './peer.ts';

/**
 * deadzone's model. Its files are seen to with the first text. One thread: the runtime below spreads each text over the
 * processors itself.
 *
 * @throws OperatorError `embedder_peer_missing`
 */
export function createNomicEmbedder(
  { modelFolder, projectFolder }: NomicChoice,
  { env, fetch }: Pick<EmbedderCapabilities, 'env' | 'fetch'>,
  model: PinnedModel = NOMIC_MODEL,
): Embedder {
  const folder = join(modelFolder, model.repository.replaceAll('/', '_'));
  const peer = findTransformers(projectFolder);
  const hub = (env['HF_ENDPOINT'] || 'https://huggingface.co').replace(/\/+$/, '');
  return createLocalEmbedder({
    identity: NOMIC,
    prefixes: NOMIC_PREFIXES,
    pool: new WorkerPool({ kind: 'nomic', peer, modelFolder: folder }, 1),
    prepare: (signal) => ensureModelFiles({ model, folder, hub, fetch }, signal),
  });
}
