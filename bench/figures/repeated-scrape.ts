import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { DocsEvent } from '../../src/lib/progress/docs/events.ts';
import { generatedRegistry } from '../../test/sandbox/docs-host/generated-pages.ts';
import { temporaryDirectory } from '../../test/support/temp.ts';
import { atLeast, holds, number, type Section, told } from '../figure.ts';
import { startDocsHostProcess } from '../rig/docs-host-process.ts';
import { type MeasuredRun, runMeasured } from '../rig/measured-cli.ts';

const PACK = { libraries: 2, pagesPerLibrary: 10 };
const PAGES = PACK.libraries * PACK.pagesPerLibrary;

/** `scrape` twice, with the embedder that it has by default, and nothing changed in between. */
export async function repeatedScrape(): Promise<Section> {
  const host = await startDocsHostProcess(PACK);
  const temp = await temporaryDirectory();
  try {
    const registry = join(temp.path, 'libraries_sources.yaml');
    await writeFile(registry, generatedRegistry(host.url, PACK));
    const args = ['scrape', '--jsonl', '--registry', registry, '--artifacts', join(temp.path, 'artifacts')];
    const run = () => runMeasured(args, { env: { DEADZONE_DOCS_ALLOW_PRIVATE_HOSTS: host.host } });
    const first = await run();
    await host.forget();
    const second = await run();
    const asked = await host.counts();
    const { pages: firstPages, embedding } = finishedOf(first);
    const again = finishedOf(second);
    return {
      title: 'A scrape again, with nothing changed',
      figures: [
        holds('pages parsed', '0', number(again.pages.fetched), again.pages.fetched === 0),
        holds('documents embedded', '0', number(again.embedding.embedded), again.embedding.embedded === 0),
        holds(
          'requests: conditional, answered 304, all',
          `${PAGES} of each`,
          `${asked.conditional}, ${asked.unchanged}, ${asked.requests}`,
          [asked.conditional, asked.unchanged, asked.requests].every((count) => count === PAGES),
        ),
        atLeast(
          'the first over the second, start of the process to its end',
          first.elapsedMs / second.elapsedMs,
          10,
          '×',
        ),
        told('second run', `${number(second.elapsedMs / 1_000)} s`),
      ],
      notes: [
        `The first run fetched ${number(firstPages.fetched)} pages and embedded ${number(embedding.embedded)} documents in ${number(first.elapsedMs / 1_000)} s. Pages, latency and limits are those of the figure above.`,
        'Embedding is nearly all of the first run. The second is bound by the pace at which a host is asked: a changed and an unchanged page take the same time on the wire.',
      ],
    };
  } finally {
    await temp.remove();
    await host.close();
  }
}

function finishedOf(run: MeasuredRun): Extract<DocsEvent, { event: 'scrape.finished' }> {
  const last = run.events.at(-1);
  if (last?.event !== 'scrape.finished') throw new Error(`the scrape did not finish:\n${run.stderr}`);
  return last;
}
