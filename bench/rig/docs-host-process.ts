import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { GeneratedPages } from '../../test/sandbox/docs-host/generated-pages.ts';
import type { DocsHost } from '../../test/sandbox/docs-host.ts';
import { meterProcess, type ProcessMeter } from './process-meter.ts';

type Counts = ReturnType<DocsHost['counts']>;

/** A documentation host in a process of its own, so that what asks it is measured alone. */
export interface DocsHostProcess extends Pick<DocsHost, 'url' | 'host'> {
  readonly meter: ProcessMeter;
  counts(): Promise<Counts>;
  /** Counts from zero again. */
  forget(): Promise<Counts>;
  close(): Promise<void>;
}

/** Serves generated Markdown with the latency of a raw file host. */
export async function startDocsHostProcess({ libraries, pagesPerLibrary }: GeneratedPages): Promise<DocsHostProcess> {
  const child = fork(join(import.meta.dirname, 'docs-host-child.ts'), [String(libraries), String(pagesPerLibrary)]);
  const [started] = (await once(child, 'message')) as [Pick<DocsHost, 'url' | 'host'>];
  const meter = meterProcess(child.pid ?? 0);
  const ask = async (question: 'counts' | 'forget') => {
    const answered = once(child, 'message');
    child.send(question);
    const [counts] = (await answered) as [Counts];
    return counts;
  };
  return {
    ...started,
    meter,
    counts: () => ask('counts'),
    forget: () => ask('forget'),
    close: async () => {
      meter.stop();
      const gone = once(child, 'exit');
      child.disconnect();
      await gone;
    },
  };
}
