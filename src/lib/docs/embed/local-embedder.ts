import { lengthSortedBatches } from './batches.ts';
import type { Embedder, EmbedderIdentity } from './embedder.ts';
import { refuseEmptyTexts } from './text-refusal.ts';
import type { WorkerPool } from './worker/worker-pool.ts';

/** What a model was trained to see before a text. */
export interface Prefixes {
  readonly document: string;
  readonly query: string;
}

export interface LocalModel {
  readonly identity: EmbedderIdentity;
  readonly prefixes: Prefixes;
  readonly pool: WorkerPool;
  /** Runs once, before the first text. When it rejects, so does the call; the next call tries again. */
  readonly prepare?: (signal: AbortSignal) => Promise<void>;
}

/** An embedder whose model runs here, in worker threads. */
export function createLocalEmbedder({ identity, prefixes, pool, prepare }: LocalModel): Embedder {
  let prepared: Promise<void> | undefined;
  const embed = async (texts: readonly string[], signal: AbortSignal): Promise<readonly Float32Array[]> => {
    prepared ??= prepare?.(signal).catch((thrown: unknown) => {
      prepared = undefined;
      throw thrown;
    });
    await prepared;
    return inBatches(pool, texts, identity.dim, signal);
  };
  return {
    identity,
    embedDocuments: async (texts, signal) => {
      refuseEmptyTexts(texts);
      return embed(
        texts.map((text) => prefixes.document + text),
        signal,
      );
    },
    embedQuery: async (text, signal) => {
      refuseEmptyTexts([text]);
      const [vector] = await embed([prefixes.query + text], signal);
      if (!vector) throw new Error('a batch of one text gave no vector');
      return vector;
    },
    close: () => pool.close(),
  };
}

async function inBatches(
  pool: WorkerPool,
  texts: readonly string[],
  dim: number,
  signal: AbortSignal,
): Promise<readonly Float32Array[]> {
  const failed = new AbortController();
  const stop = AbortSignal.any([signal, failed.signal]);
  const vectors = new Map<number, Float32Array>();
  try {
    await Promise.all(
      lengthSortedBatches(texts).map(async (batch) => {
        const answer = await pool.run(
          batch.map((at) => texts[at] ?? ''),
          stop,
        );
        for (const [row, at] of batch.entries()) vectors.set(at, answer.slice(row * dim, (row + 1) * dim));
      }),
    );
  } catch (thrown) {
    failed.abort(thrown);
    signal.throwIfAborted();
    throw thrown;
  }
  return texts.flatMap((_, at) => vectors.get(at) ?? []);
}
