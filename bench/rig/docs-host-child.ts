import { generatedPages } from '../../test/sandbox/docs-host/generated-pages.ts';
import { rawHostLatency } from '../../test/sandbox/docs-host/latency.ts';
import { startDocsHost } from '../../test/sandbox/docs-host.ts';

/** A documentation host in a process of its own: `LIBRARIES PAGES_PER_LIBRARY`. Ends when its parent lets go of it. */
const [libraries = 1, pagesPerLibrary = 1] = process.argv.slice(2).map(Number);
const pages = generatedPages({ libraries, pagesPerLibrary });
const host = await startDocsHost({ pages, latency: rawHostLatency() });
process.on('message', (question) => {
  if (question === 'forget') host.forget();
  process.send?.(host.counts());
});
process.once('disconnect', () => void host.close());
process.send?.({ url: host.url, host: host.host });
