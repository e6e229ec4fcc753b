import { type Instance, render } from 'ink';
import { createPalette, takesColour } from '../palette.ts';
import { type ProgressRecord, recordOf } from '../records.ts';
import type { ProgressRenderer, RendererOptions } from '../renderer.ts';
import { createRepeatFilter } from '../repeats.ts';
import { sanitizeLogLine } from '../sanitize.ts';
import { openSink } from '../sink.ts';
import { describeCounts } from '../status.ts';
import { summaryOf } from '../summary.ts';
import { tickEvery } from '../ticker.ts';
import { initialView, reduce, type View } from '../view.ts';
import { cellsOf } from './cells.ts';
import { divertWrites } from './diverted-writes.ts';
import { frameOf, rowsAddedByWrapping } from './frame.ts';
import { layoutFor, type TerminalSize } from './layout.ts';
import { Screen, type ScrollbackBlock } from './screen.tsx';
import type { FrameLine } from './sections.ts';

/** The screen is drawn at most four times a second, however many events come, and once a second when none come. */
const TICK_MS = 250;

const FALLBACK_SIZE: TerminalSize = { columns: 80, rows: 24 };

/**
 * Progress redrawn in place on stderr. What has happened goes to scrollback and stays there; a region lower than the
 * screen shows how it stands. This is the only owner of the Ink instance: nothing else draws or ends it.
 */
export function openLive({ io, clock, signal, onInterrupt, compact }: RendererOptions): ProgressRenderer {
  const colour = takesColour(io.stderr, io.env);
  const palette = createPalette(colour);
  const repeats = createRepeatFilter();
  const closing = new AbortController();
  const sink = openSink(io.stderr, () => closing.abort());
  const readsKeys = Boolean(io.stdin.isTTY) && typeof io.stdin.setRawMode === 'function';
  const keys = readsKeys ? onInterrupt : undefined;

  let view: View = initialView(clock.now());
  let records: string[] = [];
  let scrollback: ScrollbackBlock[] = [];
  let drawn: readonly FrameLine[] = [];
  let drawnColumns = 0;
  let drawnSecond = 0;
  let isStale = true;
  let instance: Instance | undefined;

  const sizeNow = (): TerminalSize => ({
    columns: io.stderr.columns || FALLBACK_SIZE.columns,
    rows: io.stderr.rows || FALLBACK_SIZE.rows,
  });
  const keep = (record: ProgressRecord) => {
    records.push(`${palette(record.tone, record.label)}: ${record.text}`);
    for (const line of record.block ?? []) records.push(`  | ${sanitizeLogLine(line, colour)}`);
  };
  const draw = (isLast = false) => {
    const now = clock.now();
    const size = sizeNow();
    const interrupting = Boolean(signal?.aborted);
    const scene = { view, now, interrupting, compact, layout: layoutFor(size), palette };
    drawn = isLast ? [] : frameOf(scene);
    drawnColumns = size.columns;
    drawnSecond = Math.floor(now / 1000);
    isStale = false;
    if (records.length > 0) {
      const cells = Math.max(...records.map(cellsOf));
      scrollback = [...scrollback, { id: scrollback.length, text: records.join('\n'), cells }];
      records = [];
    }
    const screen = <Screen scrollback={scrollback} frame={drawn} columns={size.columns} onInterrupt={keys} />;
    if (instance) instance.rerender(screen);
    else instance = openInk(screen, own, io.stdin);
  };
  const resized = () => {
    const { columns } = sizeNow();
    if (columns < drawnColumns && instance) {
      // The terminal has wrapped what we drew, and Ink erases as many rows as it wrote: erase the others first.
      const rows = rowsAddedByWrapping(
        drawn.map((line) => lineCells(line, drawnColumns - 1)),
        columns,
      );
      if (rows > 0) own.write('\u001b[2K\u001b[1A'.repeat(rows));
      instance.clear();
    }
    draw();
  };
  const drawNow = () => draw();
  // At once: whoever writes past the events may be about to end the process.
  const { own, restore } = divertWrites(io.stderr, (line) => {
    records.push(line);
    drawNow();
  });

  // Before Ink's own listener, so that Ink never lays out yesterday's lines on today's screen.
  io.stderr.on('resize', resized);
  signal?.addEventListener('abort', drawNow);
  const letGo = () => {
    closing.abort();
    io.stderr.off('resize', resized);
    signal?.removeEventListener('abort', drawNow);
    restore();
  };
  try {
    draw();
  } catch (thrown) {
    letGo();
    throw thrown;
  }
  // However Ink ends, by us or by a fault of its own, nobody's text may go on vanishing into it.
  const ended = instance
    ?.waitUntilExit()
    .catch(() => {})
    .finally(letGo);
  const ticking = tickEvery(TICK_MS, clock, closing.signal, () => {
    const now = clock.now();
    repeats.due(now).forEach(keep);
    if (isStale || records.length > 0 || Math.floor(now / 1000) !== drawnSecond) draw();
  });

  return {
    show: (event) => {
      if (closing.signal.aborted) return;
      const now = clock.now();
      view = reduce(view, event, now);
      isStale = true;
      const record = recordOf(event, now);
      if (record) repeats.admit(record, now).forEach(keep);
      const summary = summaryOf(event, now);
      if (summary.length > 0) repeats.flush().forEach(keep);
      summary.forEach(keep);
    },
    close: async () => {
      closing.abort();
      try {
        await ticking;
        if (!sink.broken) {
          repeats.flush().forEach(keep);
          if (view.phase !== 'finished' && view.run === undefined) records.push(`progress: ${describeCounts(view)}`);
          draw(true);
        }
      } finally {
        instance?.unmount();
        await ended;
        await sink.close();
      }
    },
  };
}

function openInk(screen: React.JSX.Element, stderr: NodeJS.WriteStream, stdin: NodeJS.ReadStream): Instance {
  return render(screen, {
    stdout: stderr,
    stderr,
    stdin,
    // Whether to be live has been decided already; Ctrl-C belongs to the command.
    interactive: true,
    exitOnCtrlC: false,
    incrementalRendering: true,
    maxFps: 30,
  });
}

function lineCells(line: FrameLine, width: number): number {
  return line.right === undefined ? Math.min(width, cellsOf(line.left)) : width;
}
