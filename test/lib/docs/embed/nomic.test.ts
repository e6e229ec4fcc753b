import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Embedder } from '../../../../src/lib/docs/embed/embedder.ts';
import { createNomicEmbedder } from '../../../../src/lib/docs/embed/nomic/embedder.ts';
import { NOMIC_MODEL } from '../../../../src/lib/docs/embed/nomic/identity.ts';
import { type TemporaryDirectory, temporaryDirectory } from '../../../support/temp.ts';

/**
 * Stands for the peer: it writes down how it was called, and a text can make it fail. Its numbers: the length of the text
 * with its prefix, and the rest zeros.
 */
const PEER = `
const { appendFileSync } = require('node:fs');
const { join } = require('node:path');
exports.pipeline = async (task, model, options) => {
  const log = (value) => appendFileSync(join(model, 'calls.jsonl'), JSON.stringify(value) + '\\n');
  log({ task, options });
  return async (text, how) => {
    log({ text, how });
    if (text.includes('EXIT')) process.exit(7);
    if (text.includes('THROW')) throw new Error('the runtime refused');
    const data = new Float32Array(text.includes('NARROW') ? 512 : 768);
    if (!text.includes('ZEROS')) data.set([text.length, 1]);
    return { data };
  };
};
`;

const WEIGHTS = 'weights of a test';
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const MODEL = { ...NOMIC_MODEL, weights: { ...NOMIC_MODEL.weights, sha256: sha256(WEIGHTS) } };
const { signal } = new AbortController();

let temp: TemporaryDirectory;
let hub: Server;
let address: string;
let folder: string;
let weightsServed: string;
const asked: string[] = [];
const embedders: Embedder[] = [];

beforeEach(async () => {
  temp = await temporaryDirectory();
  folder = join(temp.path, 'models', 'nomic-ai_nomic-embed-text-v1.5');
  weightsServed = WEIGHTS;
  hub = createServer((request, response) => {
    asked.push(request.url ?? '');
    response.end(request.url?.endsWith('.onnx') ? weightsServed : '{}');
  });
  await new Promise<void>((resolve) => hub.listen(0, '127.0.0.1', resolve));
  address = `http://127.0.0.1:${(hub.address() as AddressInfo).port}`;
});

afterEach(async () => {
  await Promise.all(embedders.splice(0).map((embedder) => embedder.close()));
  asked.length = 0;
  hub.closeAllConnections();
  await new Promise((resolve) => hub.close(resolve));
  await temp.remove();
});

async function installPeer(): Promise<void> {
  const peer = join(temp.path, 'node_modules', '@huggingface', 'transformers');
  await mkdir(peer, { recursive: true });
  await writeFile(join(peer, 'package.json'), '{"main":"entry.cjs"}');
  await writeFile(join(peer, 'entry.cjs'), PEER);
}

function nomic(): Embedder {
  const choice = { kind: 'nomic', modelFolder: join(temp.path, 'models'), projectFolder: temp.path } as const;
  const embedder = createNomicEmbedder(choice, { env: { HF_ENDPOINT: address }, fetch }, MODEL);
  embedders.push(embedder);
  return embedder;
}

test("deadzone's model: pinned files, verified weights, prefixes, pooling, one text at a time; nothing twice", async () => {
  await installPeer();
  const embedder = nomic();
  expect(embedder.identity).toEqual({ kind: 'hugot', model: 'nomic-ai/nomic-embed-text-v1.5', dim: 768 });
  expect(asked).toEqual([]);
  const [vector] = await embedder.embedDocuments(['Title\ncontent'], signal);
  const query = await embedder.embedQuery('how', signal);
  expect(vector).toHaveLength(768);
  expect((query[0] ?? 0) / (query[1] ?? 0)).toBeCloseTo('search_query: how'.length, 3);

  const calls = (await readFile(join(folder, 'calls.jsonl'), 'utf8')).trim().split('\n');
  const how = { pooling: 'mean', normalize: true };
  expect(calls.map((line) => JSON.parse(line))).toEqual([
    { task: 'feature-extraction', options: { dtype: 'q8', device: 'cpu', subfolder: '', local_files_only: true } },
    { text: 'search_document: Title\ncontent', how },
    { text: 'search_query: how', how },
  ]);
  const at = '/nomic-ai/nomic-embed-text-v1.5/resolve/e9b6763023c676ca8431644204f50c2b100d9aab/';
  expect(asked).toHaveLength(6);
  expect(asked.every((path) => path.startsWith(at))).toBe(true);
  expect(asked).toContain(`${at}onnx/model_quantized.onnx`);
  await nomic().embedQuery('again', signal);
  expect(asked).toHaveLength(6);
});

test('weights that are not the right ones are not loaded, downloaded or found', async () => {
  await installPeer();
  weightsServed = 'an error page';
  const error = await nomic()
    .embedQuery('a', signal)
    .catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code: 'model_weights_wrong' });
  for (const part of [`${address}/nomic-ai`, sha256('an error page'), sha256(WEIGHTS)]) {
    expect(String(error)).toContain(part);
  }
  expect((await readdir(folder)).filter((name) => name.includes('onnx'))).toEqual([]);

  const path = join(folder, 'model_quantized.onnx');
  await writeFile(path, 'tampered with');
  const embedder = nomic();
  await expect(embedder.embedQuery('a', signal)).rejects.toThrow(`${path} has the sha256 ${sha256('tampered with')}`);
  await expect(embedder.embedQuery('a', signal)).rejects.toMatchObject({
    nextSteps: [expect.stringContaining(`rm '${path}'`)],
  });
  expect(await readdir(folder)).not.toContain('calls.jsonl');
});

test('without the peer the error says how to install it', () => {
  expect(() => nomic()).toThrow(
    expect.objectContaining({
      code: 'embedder_peer_missing',
      message: expect.stringContaining(temp.path),
      nextSteps: expect.arrayContaining(['npm install @huggingface/transformers']),
    }),
  );
});

test('a thread that ends takes its own batch with it, and the next call has another thread', async () => {
  await installPeer();
  const embedder = nomic();
  const failure = (text: string) => embedder.embedDocuments(['good', text], signal).catch((thrown: unknown) => thrown);
  const other = embedder.embedDocuments(['another call'], signal);
  const messages = [];
  for (const text of ['THROW', 'NARROW', 'ZEROS', 'EXIT']) messages.push(await failure(text));
  expect(messages.map((thrown) => [Object(thrown).code, String(thrown)])).toEqual(
    ['the runtime refused', '512 numbers, not 768', 'length 0', 'ended with exit code 7'].map((words) => [
      'embedding_failed',
      expect.stringContaining(words),
    ]),
  );
  expect(await other).toHaveLength(1);
  expect(await embedder.embedDocuments(['good'], signal)).toHaveLength(1);
});
