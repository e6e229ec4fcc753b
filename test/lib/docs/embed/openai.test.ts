import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, expect, test } from 'vitest';
import { createEmbedder } from '../../../../src/lib/docs/embed/create-embedder.ts';
import type { Embedder } from '../../../../src/lib/docs/embed/embedder.ts';
import { IdleClock } from '../../../support/idle-clock.ts';

interface EmbeddingsRequest {
  readonly model: string;
  readonly input: readonly string[];
  readonly dimensions?: number;
}

interface Answer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: unknown;
}

type Answerer = (request: EmbeddingsRequest, nth: number) => Answer | 'cut';

let server: Server | undefined;
const { signal } = new AbortController();
const seen: { headers: IncomingHttpHeaders; request: EmbeddingsRequest }[] = [];
const clock = new IdleClock(Date.parse('2026-11-22T00:00:00Z'));

afterEach(async () => {
  seen.length = 0;
  server?.closeAllConnections();
  await new Promise((resolve) => server?.close(resolve));
});

/** The text's length and the text's first letter as numbers, which tells vectors apart; the last text comes first. */
const vectors: Answerer = ({ input, dimensions = 3 }) => ({
  body: {
    data: input
      .map((one, index) => ({
        index,
        embedding: [one.length, one.codePointAt(0) ?? 0, 1, ...Array<number>(9).fill(0)].slice(0, dimensions),
      }))
      .reverse(),
  },
});

async function embedderOf(answer: Answerer, options: { dimensions?: number; key?: string } = {}): Promise<Embedder> {
  server = createServer(async (incoming, outgoing) => {
    const request: EmbeddingsRequest = JSON.parse(await text(incoming));
    seen.push({ headers: incoming.headers, request });
    const given = answer(request, seen.length);
    if (given === 'cut') return outgoing.destroy();
    outgoing.writeHead(given.status ?? 200, { 'content-type': 'application/json', ...given.headers });
    return outgoing.end(JSON.stringify(given.body));
  });
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return createEmbedder(
    { kind: 'openai', url: `http://127.0.0.1:${port}/v1`, model: 'm', dimensions: options.dimensions },
    { env: options.key ? { OPENAI_API_KEY: options.key } : {}, clock, fetch, signal, random: () => 0 },
  );
}

test('vectors come in the order of the texts, of unit length, in requests that are bounded; the width is learned', async () => {
  const embedder = await embedderOf(vectors, { key: 'sk-of-mine' });
  expect(embedder.identity).toEqual({ kind: 'openai', model: 'm', dim: 3 });
  const texts = Array.from({ length: 300 }, (_, at) => `${'é'.repeat(at)}.`);
  const got = await embedder.embedDocuments([...texts, `${'x'.repeat(19_999)}🎉`], signal);
  expect(got).toHaveLength(301);
  for (const [at, vector] of got.slice(0, 300).entries()) {
    expect((vector[0] ?? 0) / (vector[2] ?? 0)).toBeCloseTo(at + 1, 2);
    expect(Math.hypot(...vector)).toBeCloseTo(1, 6);
  }
  expect(seen.map(({ request }) => request.input.length)).toEqual([1, 128, 128, 45]);
  expect(seen.at(-1)?.request.input.at(-1)).toBe('x'.repeat(19_999));
  expect(new Set(seen.map(({ headers }) => headers.authorization))).toEqual(new Set(['Bearer sk-of-mine']));
});

test('a width that is set is asked for, a key that is not set is not sent, and nothing is asked before there is a text', async () => {
  const embedder = await embedderOf(vectors, { dimensions: 2 });
  expect(seen).toEqual([]);
  expect(await embedder.embedQuery('abc', signal)).toHaveLength(2);
  expect(seen).toMatchObject([{ request: { dimensions: 2, input: ['abc'] } }]);
  expect(seen[0]?.headers).not.toHaveProperty('authorization');
});

test('a limit, a server error and a cut connection are waited out as long as the server says', async () => {
  const began = clock.now();
  const failures: readonly (Answer | 'cut')[] = [
    { status: 429, headers: { 'retry-after': '120' }, body: { error: { message: 'slow down' } } },
    { status: 503, body: {} },
    'cut',
  ];
  const embedder = await embedderOf((request, nth) => failures[nth - 1] ?? vectors(request, nth), { dimensions: 3 });
  expect(await embedder.embedQuery('abc', signal)).toHaveLength(3);
  expect(seen).toHaveLength(4);
  expect(clock.now() - began).toBe(120_000 + 1_000 + 2_000);
});

test.each<[string, Answer, object]>([
  [
    'a key that is refused',
    { status: 401, body: { error: { message: 'bad key' } } },
    { code: 'openai_unauthorized', exitCode: 4 },
  ],
  [
    'a used-up quota',
    { status: 429, body: { error: { code: 'insufficient_quota', message: 'pay' } } },
    { exitCode: 75 },
  ],
  [
    'a model that is not there',
    { status: 404, body: { error: { message: 'no model m' } } },
    { code: 'openai_refused' },
  ],
  [
    'a pause of an hour',
    { status: 429, headers: { 'retry-after': '3600' }, body: {} },
    { code: 'openai_rate_limited' },
  ],
  ['too few vectors', { body: { data: [] } }, { message: expect.stringContaining('0 vectors for 2 texts') }],
  [
    'an index twice',
    { body: { data: [0, 0].map((index) => ({ index, embedding: [1, 2, 3] })) } },
    { message: expect.stringContaining('no vector for text 2 of 2') },
  ],
  [
    'another width',
    { body: { data: [0, 1].map((index) => ({ index, embedding: [1, 2] })) } },
    { message: expect.stringContaining('2 numbers, not 3') },
  ],
  [
    'no number',
    { body: { data: [0, 1].map((index) => ({ index, embedding: [1, Number.NaN, 3] })) } },
    { message: expect.stringContaining('data.0.embedding.1') },
  ],
  [
    'no direction',
    { body: { data: [0, 1].map((index) => ({ index, embedding: [0, 0, 0] })) } },
    { message: expect.stringContaining('length 0') },
  ],
])('%s ends it at once and is named', async (_, answer, error) => {
  const embedder = await embedderOf(() => answer, { dimensions: 3, key: 'sk-of-mine' });
  const refused = await embedder.embedDocuments(['a', 'b'], signal).catch((thrown: unknown) => thrown);
  expect(refused).toMatchObject({ name: 'OperatorError', ...error });
  expect(String(refused)).toContain('/v1/embeddings');
  expect(String(refused)).not.toContain('sk-of-mine');
  expect(seen).toHaveLength(1);
});

test('OpenAI itself is not asked without a key', async () => {
  const choice = { kind: 'openai', url: 'https://api.openai.com/v1', model: 'm', dimensions: undefined } as const;
  await expect(createEmbedder(choice, { env: {}, clock, fetch, signal })).rejects.toMatchObject({
    code: 'openai_key_missing',
    exitCode: 4,
  });
});
