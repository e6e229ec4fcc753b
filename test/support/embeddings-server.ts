import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

const DIMENSIONS = 8;

/** A server like OpenAI's `/v1/embeddings` that makes a vector of the hash of a text: cheap, and always the same. */
export interface EmbeddingsServer {
  /** What makes a process embed with it. */
  readonly env: Readonly<Record<string, string>>;
  /** Every text that it was asked for, in the order in which they came. */
  readonly texts: readonly string[];
  /** From now on it refuses requests with such a text, with 400 unless told otherwise. */
  refuse(part: string | null, status?: number): void;
  forget(): void;
  close(): Promise<void>;
}

export async function startEmbeddingsServer(): Promise<EmbeddingsServer> {
  let texts: string[] = [];
  let refused: string | null = null;
  let refusal = 400;
  const server = createServer(async (request, response) => {
    const { input } = JSON.parse(await text(request)) as { readonly input: readonly string[] };
    if (refused !== null && input.some((one) => one.includes(refused ?? ''))) {
      response.writeHead(refusal, { 'content-type': 'application/json' }).end('{"error":{"message":"refused"}}');
      return;
    }
    texts.push(...input);
    const data = input.map((one, index) => ({ index, embedding: vectorOf(one) }));
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ data }));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    env: {
      DEADZONE_DOCS_EMBEDDER: 'openai',
      DEADZONE_DOCS_OPENAI_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
      DEADZONE_DOCS_OPENAI_DIMENSIONS: String(DIMENSIONS),
    },
    get texts() {
      return texts;
    },
    refuse: (part, status = 400) => {
      refused = part;
      refusal = status;
    },
    forget: () => {
      texts = [];
    },
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

function vectorOf(one: string): readonly number[] {
  const digest = createHash('sha256').update(one).digest();
  return Array.from({ length: DIMENSIONS }, (_, index) => digest.readInt16LE(index * 2) / 32_768);
}
