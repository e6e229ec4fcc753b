import { once } from 'node:events';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { systemClock } from '../../src/lib/clock.ts';
import { createEmbedder } from '../../src/lib/docs/embed/create-embedder.ts';
import type { Embedder } from '../../src/lib/docs/embed/embedder.ts';
import { MAX_WINDOWS, WINDOW_TOKENS } from '../../src/lib/docs/embed/use-lite/identity.ts';
import { atLeast, median, number, type Section, told } from '../figure.ts';
import { readmeSections, sampled } from '../rig/readme-sections.ts';

const ROUNDS = 3;
const DOCUMENTS = 64;

/** How fast the model in the package embeds with one and with two threads, beside the bare model in the same rounds. */
export async function embedding(): Promise<Section> {
  const all = await readmeSections();
  const texts = sampled(all, DOCUMENTS);
  const rssBefore = process.memoryUsage().rss;
  const one = await warmed(1);
  const rounds: Readonly<Record<'raw' | 'one' | 'two', Cost[]>> = { raw: [], one: [], two: [] };
  await one.embedDocuments(texts, signal);
  const rssOfOne = process.memoryUsage().rss - rssBefore;
  const two = await warmed(2);
  const raw = new Worker(join(import.meta.dirname, '..', 'baseline', 'raw-embedding.ts'));
  try {
    await once(raw, 'message');
    for (let round = 0; round < ROUNDS; round += 1) {
      rounds.raw.push(
        await costOf(() => {
          raw.postMessage(texts);
          return once(raw, 'message');
        }),
      );
      rounds.one.push(await costOf(() => one.embedDocuments(texts, signal)));
      rounds.two.push(await costOf(() => two.embedDocuments(texts, signal)));
    }
  } finally {
    await Promise.all([one.close(), two.close(), raw.terminate()]);
  }
  const rate = (costs: readonly Cost[]) => {
    const cpuMs = median(costs.map((cost) => cost.cpuMs)) / texts.length;
    return `${number((texts.length / median(costs.map((cost) => cost.ms))) * 1_000)}, ${number(cpuMs)} ms of processor each`;
  };
  const faster = median(rounds.one.map(({ ms }, round) => ms / (rounds.two[round]?.ms ?? Number.NaN)));
  return {
    title: 'Embedding with use-lite',
    figures: [
      atLeast('two threads over one', faster, 1.7, '×'),
      told('documents a second, one thread', rate(rounds.one)),
      told('documents a second, two threads', rate(rounds.two)),
      told('documents a second, the bare model in a loop', rate(rounds.raw)),
      told('memory of a thread', `${number(rssOfOne / 2 ** 20)} MB`),
    ],
    notes: [
      `${texts.length} of the ${number(all.length)} sections of the READMEs of the installed packages, spread evenly: ${lengths(texts)}. Medians of ${ROUNDS} rounds in which the three take turns; models are loaded before.`,
      `The bare model reads ${WINDOW_TOKENS} tokens of a text and ignores the rest; use-lite reads up to ${MAX_WINDOWS * WINDOW_TOKENS}, in ${MAX_WINDOWS} inferences where the text is that long.`,
    ],
  };
}

const { signal } = new AbortController();

async function warmed(workers: number): Promise<Embedder> {
  const capabilities = { env: {}, clock: systemClock, fetch: globalThis.fetch, signal };
  const embedder = await createEmbedder({ kind: 'use-lite', workers }, capabilities);
  await embedder.embedDocuments(
    Array.from({ length: 8 * workers }, (_, at) => `warm ${at}`),
    signal,
  );
  return embedder;
}

interface Cost {
  readonly ms: number;
  /** Of all threads of this process. */
  readonly cpuMs: number;
}

async function costOf(work: () => Promise<unknown>): Promise<Cost> {
  const startedAt = performance.now();
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return { ms: performance.now() - startedAt, cpuMs: (user + system) / 1_000 };
}

function lengths(texts: readonly string[]): string {
  const sorted = texts.map((text) => text.length).toSorted((a, b) => a - b);
  const at = (share: number) => number(sorted[Math.floor(share * (sorted.length - 1))] ?? 0);
  return `a tenth up to ${at(0.1)} characters, half up to ${at(0.5)}, nine tenths up to ${at(0.9)}, the longest ${at(1)}`;
}
