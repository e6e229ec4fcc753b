import type { EmbedderCapabilities } from './capabilities.ts';
import type { EmbedderChoice } from './choice.ts';
import type { Embedder } from './embedder.ts';
import { createLocalEmbedder } from './local-embedder.ts';
import { createNomicEmbedder } from './nomic/embedder.ts';
import { createOpenAiEmbedder } from './openai/embedder.ts';
import { USE_LITE } from './use-lite/identity.ts';
import { WorkerPool } from './worker/worker-pool.ts';

/**
 * An embedder, ready to be asked. Models that run here are loaded with the first text, so that a run that embeds nothing
 * loads nothing.
 *
 * @throws OperatorError when what the choice needs is not there: a peer, a key, a server that answers
 */
export async function createEmbedder(choice: EmbedderChoice, capabilities: EmbedderCapabilities): Promise<Embedder> {
  capabilities.signal.throwIfAborted();
  const embedder = await embedderOf(choice, capabilities);
  capabilities.signal.addEventListener('abort', () => void embedder.close(), { once: true });
  return embedder;
}

async function embedderOf(choice: EmbedderChoice, capabilities: EmbedderCapabilities): Promise<Embedder> {
  switch (choice.kind) {
    case 'use-lite':
      return createLocalEmbedder({
        identity: USE_LITE,
        prefixes: { document: '', query: '' },
        pool: new WorkerPool({ kind: 'use-lite' }, choice.workers),
      });
    case 'nomic':
      return createNomicEmbedder(choice, capabilities);
    case 'openai':
      return createOpenAiEmbedder(choice, capabilities);
  }
}
