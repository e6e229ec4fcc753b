import { parentPort, workerData } from 'node:worker_threads';
import { messageOf } from '../../../errors.ts';
import { loadNomic } from '../nomic/model.ts';
import { loadUseLite } from '../use-lite/model.ts';
import type { BatchAnswer, ModelSource, TextModel } from './text-model.ts';

/** The entry of a worker thread: loads one model, then answers each batch of texts that comes. */
const source = workerData as ModelSource;
const loading = source.kind === 'use-lite' ? loadUseLite() : loadNomic(source);

parentPort?.on('message', async (texts: readonly string[]) => {
  const answer = await answerTo(texts);
  parentPort?.postMessage(answer, 'vectors' in answer ? [answer.vectors.buffer] : []);
});

async function answerTo(texts: readonly string[]): Promise<BatchAnswer> {
  try {
    return { vectors: await embedAll(await loading, texts) };
  } catch (thrown) {
    return { failure: messageOf(thrown) };
  }
}

/** One at a time: a batch in one run is no faster with these models, and its vectors depend on what else is in it. */
async function embedAll(model: TextModel, texts: readonly string[]): Promise<Float32Array<ArrayBuffer>> {
  const vectors: Float32Array[] = [];
  for (const text of texts) vectors.push(await model.embed(text));
  const dim = vectors[0]?.length ?? 0;
  const all = new Float32Array(dim * vectors.length);
  for (const [at, vector] of vectors.entries()) all.set(vector, at * dim);
  return all;
}
