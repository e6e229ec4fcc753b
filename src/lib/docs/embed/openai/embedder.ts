import { findOpenAiKey } from '../../../config/secrets.ts';
import { OperatorError } from '../../../errors.ts';
import { EXIT } from '../../../exit-codes.ts';
import type { EmbedderCapabilities } from '../capabilities.ts';
import type { OpenAiChoice } from '../choice.ts';
import type { Embedder } from '../embedder.ts';
import { refuseEmptyTexts } from '../text-refusal.ts';
import { EmbeddingsEndpoint } from './endpoint.ts';
import { requestBatches } from './request-batches.ts';

/**
 * An embedder that asks a server. Where the choice does not say how many numbers a vector has, the server is asked once.
 *
 * @throws OperatorError `openai_key_missing` for OpenAI itself without a key, and what `EmbeddingsEndpoint.embed` throws
 */
export async function createOpenAiEmbedder(
  choice: OpenAiChoice,
  { env, clock, fetch, signal, random = Math.random }: EmbedderCapabilities,
): Promise<Embedder> {
  const key = findOpenAiKey(env);
  if (!key && new URL(choice.url).hostname === 'api.openai.com') throw keyMissing(choice.url);
  const endpoint = new EmbeddingsEndpoint({ choice, key, clock, fetch, random });
  const dim = choice.dimensions ?? (await learnedDimensions(endpoint, signal));
  const embed = async (texts: readonly string[], stop: AbortSignal): Promise<readonly Float32Array[]> => {
    refuseEmptyTexts(texts);
    const vectors: Float32Array[] = [];
    for (const batch of requestBatches(texts)) vectors.push(...(await endpoint.embed(batch, dim, stop)));
    return vectors;
  };
  return {
    identity: { kind: 'openai', model: choice.model, dim },
    embedDocuments: embed,
    embedQuery: async (text, stop) => {
      const [vector] = await embed([text], stop);
      if (!vector) throw new Error('a request with one text gave no vector');
      return vector;
    },
    close: async () => {},
  };
}

async function learnedDimensions(endpoint: EmbeddingsEndpoint, signal: AbortSignal): Promise<number> {
  const [vector] = await endpoint.embed(['dimensions'], undefined, signal);
  if (!vector) throw new Error('a request with one text gave no vector');
  return vector.length;
}

function keyMissing(url: string): OperatorError {
  return new OperatorError(`the embedder openai asks ${url}, and OPENAI_API_KEY is not set`, {
    code: 'openai_key_missing',
    exitCode: EXIT.auth,
    nextSteps: [
      'create a key at https://platform.openai.com/api-keys and set it: export OPENAI_API_KEY=…',
      'or make the doc pack with the embedder in the package: export DEADZONE_DOCS_EMBEDDER=use-lite',
    ],
  });
}
