import type { ProgressEvent } from './events.ts';
import type { ProgressMode } from './mode.ts';
import type { ProgressRenderer, RendererOptions } from './renderer.ts';

export { chooseMode, type ModeFlags, type ProgressMode } from './mode.ts';
export type { RendererOptions } from './renderer.ts';

export interface RenderOptions extends RendererOptions {
  readonly mode: ProgressMode;
}

const SILENT: ProgressRenderer = { show: () => {}, close: async () => {} };

/**
 * Shows the events in the chosen way and resolves when all of them have been consumed and shown. Progress goes to
 * stderr; `jsonl` goes to stdout. A renderer that fails (closed pipe, no room, a fault of its own) is dropped and the
 * events are consumed all the same: the work does not depend on who watches it. Ink and React load in live mode only.
 *
 * @throws whatever iterating over the events throws, after the terminal has been given back.
 */
export async function renderProgress(events: AsyncIterable<ProgressEvent>, options: RenderOptions): Promise<void> {
  const renderer = await openRenderer(options);
  let showing = true;
  try {
    for await (const event of events) {
      if (!showing) continue;
      try {
        await renderer.show(event);
      } catch {
        showing = false;
      }
    }
  } finally {
    await renderer.close().catch(() => {});
  }
}

async function openRenderer({ mode, ...options }: RenderOptions): Promise<ProgressRenderer> {
  switch (mode) {
    case 'live':
      try {
        const { openLive } = await import('./ink/live.tsx');
        return openLive(options);
      } catch {
        return openRenderer({ ...options, mode: 'lines' });
      }
    case 'lines': {
      const { openLines } = await import('./lines.ts');
      return openLines(options);
    }
    case 'jsonl': {
      const { openJsonl } = await import('./jsonl.ts');
      return openJsonl(options);
    }
    case 'silent':
      return SILENT;
  }
}
