import { systemClock } from '../../src/lib/clock.ts';
import { decodePage } from '../../src/lib/docs/parse/decode-page.ts';
import { parseMarkdown } from '../../src/lib/docs/parse/markdown.ts';
import { sourceName } from '../../src/lib/docs/parse/source-name.ts';
import { DEFAULT_LIMITS } from '../../src/lib/fetch/limits.ts';
import { MARKDOWN_MEDIA_TYPES } from '../../src/lib/fetch/media-type.ts';
import { createPageFetcher } from '../../src/lib/fetch/page-fetcher.ts';
import { generatedPath } from '../../test/sandbox/docs-host/generated-pages.ts';
import { atLeast, number, type Section, told } from '../figure.ts';
import { type DocsHostProcess, startDocsHostProcess } from '../rig/docs-host-process.ts';

const LIBRARIES = 30;
const PAGES_PER_LIBRARY = 40;

/** Pages of one host fetched and cut into sections, as politely as a scrape does by default. */
export async function pages(): Promise<Section> {
  const host = await startDocsHostProcess({ libraries: LIBRARIES, pagesPerLibrary: PAGES_PER_LIBRARY });
  try {
    const hostBefore = host.meter.cpuMs;
    const read = await readAll(host);
    const hostCpuMs = host.meter.cpuMs - hostBefore;
    const { perHost, minIntervalMs } = DEFAULT_LIMITS;
    return {
      title: 'Pages of a documentation host, without embedding',
      figures: [
        atLeast('pages a minute, fetched and parsed', (read.pages / read.elapsedMs) * 60_000, 2_400, ''),
        told('documents', number(read.sections)),
        told('processor time a page, fetching and parsing', `${number(read.cpuMs / read.pages)} ms`),
      ],
      notes: [
        `${number(read.pages)} Markdown pages of ${LIBRARIES} libraries from one host, ${number(read.bytes / read.pages / 1_000)} KB each on average (2 to 60 KB, spread evenly over the logarithm), sent with gzip. Each answer takes 30 to 80 ms, spread evenly over the pages, and its body comes at 10 MB/s: a model of raw.githubusercontent.com, not a measurement of it.`,
        `The default limits hold: at most ${perHost} requests at a time and ${minIntervalMs} ms between the starts of two, which alone would allow ${number(60_000 / minIntervalMs)} pages a minute.`,
        `Of ${number(read.elapsedMs / 1_000)} s elapsed, the fetcher and the parser used the processor for ${number(read.cpuMs / 1_000)} s, the host for ${number(hostCpuMs / 1_000)} s.`,
      ],
    };
  } finally {
    await host.close();
  }
}

interface ReadPages {
  readonly pages: number;
  readonly sections: number;
  /** Of the pages, after decompression. */
  readonly bytes: number;
  readonly elapsedMs: number;
  /** Of this process. */
  readonly cpuMs: number;
}

async function readAll(host: DocsHostProcess): Promise<ReadPages> {
  const fetcher = createPageFetcher({
    clock: systemClock,
    userAgent: 'capture-cli-bench',
    allowPrivateHosts: [host.host],
  });
  const { signal } = new AbortController();
  let sections = 0;
  let bytes = 0;
  const readPage = async (url: string) => {
    const page = await fetcher.fetch({ url, mediaTypes: MARKDOWN_MEDIA_TYPES }, signal);
    if (page.outcome === 'unchanged') return;
    bytes += page.body.length;
    sections += parseMarkdown(decodePage(page.body), sourceName(url, 'github-md')).length;
  };
  // As in a scrape: libraries side by side, the pages of one in their order.
  const readLibrary = async (library: number) => {
    for (let page = 1; page <= PAGES_PER_LIBRARY; page += 1)
      await readPage(`${host.url}${generatedPath(library, page)}`);
  };
  const cpuBefore = process.cpuUsage();
  const startedAt = performance.now();
  await Promise.all(Array.from({ length: LIBRARIES }, (_, index) => readLibrary(index + 1)));
  const elapsedMs = performance.now() - startedAt;
  const { user, system } = process.cpuUsage(cpuBefore);
  await fetcher.close();
  return { pages: LIBRARIES * PAGES_PER_LIBRARY, sections, bytes, elapsedMs, cpuMs: (user + system) / 1_000 };
}
