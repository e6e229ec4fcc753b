import { backoffMs, NETWORK_BACKOFF } from '../../../backoff.ts';
import type { Clock } from '../../../clock.ts';
import type { Secret } from '../../../config/secrets.ts';
import { messageOf } from '../../../errors.ts';
import { pauseEnd } from '../../../fetch/status-verdict.ts';
import { createTransport, type Reply, type Transport } from '../../../github/transport/transport.ts';
import { TransportFailure } from '../../../transport-failure.ts';
import type { OpenAiChoice } from '../choice.ts';
import { UnusableAnswer, vectorsIn } from './answer.ts';
import { mayPass, refusal, unusable } from './failure.ts';

const TIMEOUT_MS = 60_000;
const MAX_TRIES = 6;
/** A server that asks for a longer pause is not waited for. */
const LONGEST_PAUSE_MS = 5 * 60_000;

export interface EndpointOptions {
  readonly choice: OpenAiChoice;
  readonly key: Secret | undefined;
  readonly clock: Clock;
  readonly fetch: typeof globalThis.fetch;
  /** In [0, 1), for the spread of retries. */
  readonly random: () => number;
}

/** `POST …/embeddings`, asked again while that may help. */
export class EmbeddingsEndpoint {
  readonly #options: EndpointOptions;
  readonly #transport: Transport;
  readonly #url: string;

  constructor(options: EndpointOptions) {
    this.#options = options;
    this.#transport = createTransport({ fetch: options.fetch, clock: options.clock, timeoutMs: TIMEOUT_MS });
    this.#url = `${options.choice.url}/embeddings`;
  }

  /**
   * One vector of unit length for each text, in their order. The texts go in one request.
   *
   * @param dim numbers that each vector must have; undefined to take what comes
   * @throws OperatorError `openai_unauthorized`, `openai_rate_limited`, `openai_refused` or `openai_unusable`
   */
  async embed(
    texts: readonly string[],
    dim: number | undefined,
    signal: AbortSignal,
  ): Promise<readonly Float32Array[]> {
    const { clock, random } = this.#options;
    for (let tries = 1; ; tries += 1) {
      const result = await this.#try(texts, dim, signal);
      if ('vectors' in result) return result.vectors;
      const pauseMs = result.pauseMs ?? backoffMs(tries, NETWORK_BACKOFF, random);
      if (!result.mayPass || tries === MAX_TRIES || pauseMs > LONGEST_PAUSE_MS) throw result.error;
      await clock.sleep(pauseMs, signal);
    }
  }

  async #try(texts: readonly string[], dim: number | undefined, signal: AbortSignal): Promise<Attempt> {
    try {
      const reply = await this.#transport(this.#request(texts), signal);
      if (reply.status === 200) return { vectors: vectorsIn(reply.body, texts.length, dim) };
      const error = refusal(this.#url, reply);
      return { error, mayPass: mayPass(reply), pauseMs: this.#pauseMs(reply) };
    } catch (thrown) {
      if (!(thrown instanceof TransportFailure || thrown instanceof UnusableAnswer)) throw thrown;
      const passes = thrown instanceof TransportFailure && !['refused_here', 'redirect'].includes(thrown.kind);
      return { error: unusable(this.#url, messageOf(thrown)), mayPass: passes, pauseMs: undefined };
    }
  }

  #pauseMs({ headers }: Reply): number | undefined {
    const now = this.#options.clock.now();
    const end = pauseEnd(headers, now);
    return end === null ? undefined : end - now;
  }

  #request(texts: readonly string[]) {
    const { choice, key } = this.#options;
    const { model, dimensions } = choice;
    return {
      method: 'POST',
      url: this.#url,
      headers: { 'content-type': 'application/json', ...(key ? { authorization: `Bearer ${key.reveal()}` } : {}) },
      body: JSON.stringify({ model, input: texts, encoding_format: 'float', ...(dimensions ? { dimensions } : {}) }),
    };
  }
}

type Attempt =
  | { readonly vectors: readonly Float32Array[] }
  | { readonly error: Error; readonly mayPass: boolean; readonly pauseMs: number | undefined };
