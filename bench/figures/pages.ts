import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { systemClock } from '../../src/lib/clock.ts';
import type { Embedder } from '../../src/lib/docs/embed/embedder.ts';
import { loadRegistry } from '../../src/lib/docs/registry/registry.ts';
import type { ScrapeInputs } from '../../src/lib/docs/scrape/inputs.ts';
import { parallelism } from '../../src/lib/docs/scrape/parallelism.ts';
import { scrape } from '../../src/lib/docs/scrape/scrape.ts';
import { DEFAULT_LIMITS } from '../../src/lib/fetch/limits.ts';
import { createPageFetcher } from '../../src/lib/fetch/page-fetcher.ts';
import type { DocsEvent } from '../../src/lib/progress/docs/events.ts';
import { generatedRegistry } from '../../test/sandbox/docs-host/generated-pages.ts';
import { temporaryDirectory } from '../../test/support/temp.ts';
import { atLeast, number, type Section, told } from '../figure.ts';
import { type DocsHostProcess, startDocsHostProcess } from '../rig/docs-host-process.ts';

const PACK = { libraries: 30, pagesPerLibrary: 40 };

/** Pages of one host, fetched, cut into sections and stored, as politely as a scrape does by default. */
export async function pages(): Promise<Section> {
  const host = await startDocsHostProcess(PACK);
  const temp = await temporaryDirectory();
  try {
    const hostBefore = host.meter.cpuMs;
    const cpuBefore = process.cpuUsage();
    const { pages: counts, documents, elapsedMs } = await scrapeWithoutEmbedding(host, temp.path);
    const { user, system } = process.cpuUsage(cpuBefore);
    const cpuMs = (user + system) / 1_000;
    const { perHost, minIntervalMs } = DEFAULT_LIMITS;
    return {
      title: 'Pages of a documentation host, without embedding',
      figures: [
        atLeast('pages a minute, fetched, parsed and stored', (counts.fetched / elapsedMs) * 60_000, 2_400, ''),
        told('documents', number(documents)),
        told('processor time a page', `${number(cpuMs / counts.fetched)} ms`),
      ],
      notes: [
        `${number(counts.fetched)} Markdown pages of ${PACK.libraries} libraries from one host, ${number(counts.bytes / counts.fetched / 1_000)} KB each on average (2 to 60 KB, spread evenly over the logarithm), sent with gzip. An answer takes 30 to 80 ms, spread evenly over the pages, and its body comes at 10 MB/s: a model of raw.githubusercontent.com, not a measurement of it.`,
        `The engine of \`scrape\` with its default limits: at most ${perHost} requests at a time and ${minIntervalMs} ms between the starts of two, which alone would allow ${number(60_000 / minIntervalMs)} pages a minute. The embedder is replaced by one that gives every text the same vector.`,
        `Of ${number(elapsedMs / 1_000)} s elapsed, the engine used the processor for ${number(cpuMs / 1_000)} s, the host in a process of its own for ${number((host.meter.cpuMs - hostBefore) / 1_000)} s.`,
      ],
    };
  } finally {
    await temp.remove();
    await host.close();
  }
}

type ScrapeFinished = Extract<DocsEvent, { event: 'scrape.finished' }>;

async function scrapeWithoutEmbedding(host: DocsHostProcess, folder: string): Promise<ScrapeFinished> {
  const registry = join(folder, 'libraries_sources.yaml');
  await writeFile(registry, generatedRegistry(host.url, PACK));
  const standard = { 'github-md': undefined, godoc: undefined, 'scrape-via-agent': undefined };
  const inputs: ScrapeInputs = {
    registry,
    slots: (await loadRegistry(registry)).slots,
    artifacts: join(folder, 'artifacts'),
    parallel: parallelism(standard, {}),
    force: false,
    freshMs: 0,
    maxShrink: undefined,
    writeRunStatus: false,
  };
  const capabilities = {
    clock: systemClock,
    signal: new AbortController().signal,
    connect: () =>
      createPageFetcher({ clock: systemClock, userAgent: 'capture-cli-bench', allowPrivateHosts: [host.host] }),
    embedder: SAME_VECTOR,
    sources: {
      bearerFor: () => undefined,
      goParser: () => Promise.reject(new Error('there is no Go here')),
      sumdbBase: '',
    },
    agent: null,
  };
  for await (const event of scrape(capabilities, inputs)) if (event.event === 'scrape.finished') return event;
  throw new Error('the scrape did not finish');
}

const VECTOR = new Float32Array(512).fill(1 / Math.sqrt(512));

const SAME_VECTOR: Embedder = {
  identity: { kind: 'bench', model: 'same-vector', dim: VECTOR.length },
  embedDocuments: async (texts) => texts.map(() => VECTOR),
  embedQuery: async () => VECTOR,
  close: async () => {},
};
