import { expect, test } from 'vitest';
import { type DocsEvent, NO_SLOTS } from '../../../src/lib/progress/docs/events.ts';
import type { ProgressEvent } from '../../../src/lib/progress/events.ts';
import { cellsOf } from '../../../src/lib/progress/ink/cells.ts';
import { frameOf } from '../../../src/lib/progress/ink/frame.ts';
import { layoutFor, type TerminalSize } from '../../../src/lib/progress/ink/layout.ts';
import { openLines } from '../../../src/lib/progress/lines.ts';
import { createPalette } from '../../../src/lib/progress/palette.ts';
import { initialView, reduce, type View } from '../../../src/lib/progress/view.ts';
import { captureIO } from '../../support/captured-io.ts';
import { createManualClock } from '../../support/manual-clock.ts';

const NOW = Date.UTC(2026, 10, 21, 14);
const MISSING = 'https://docs.example/grafana/gone.md';

const gone = { url: MISSING, reason: 'not_found', message: `${MISSING} answered 404 (not found)` };

const opened: DocsEvent = {
  event: 'scrape.started',
  mode: 'scrape',
  registry: 'libraries_sources.yaml',
  artifacts: 'artifacts',
  slots: 253,
  pages: 1_858,
  embedder: 'use-lite',
};

const start = (slot: string, pages = 10): DocsEvent => ({ event: 'slot.started', slot, kind: 'github-md', pages });

const page = (slot: string, url = 'https://docs.example/a.md'): DocsEvent => ({
  event: 'page.fetched',
  slot,
  url,
  bytes: 23_456,
  documents: 7,
  elapsedMs: 80,
});

const finish = (slot: string, state: 'scraped' | 'unchanged' | 'stale', reason: string | null = null): DocsEvent => ({
  event: 'slot.finished',
  slot,
  state,
  documents: 70,
  reason,
  failedPages: state === 'stale' ? [gone] : [],
  elapsedMs: 3_000,
});

const busy: readonly DocsEvent[] = [
  opened,
  start('/hashicorp/terraform@1.14', 2),
  ...Array.from({ length: 2 }, () => page('/hashicorp/terraform@1.14')),
  { event: 'documents.embedded', slot: '/hashicorp/terraform@1.14', embedded: 12, kept: 58 },
  finish('/hashicorp/terraform@1.14', 'scraped'),
  start('/golang/go/net/http', 1),
  finish('/golang/go/net/http', 'unchanged'),
  start('/grafana/grafana@11', 3),
  { event: 'page.failed', slot: '/grafana/grafana@11', ...gone },
  finish('/grafana/grafana@11', 'stale', '1 of 3 pages could not be had'),
  start('/django/django@5.2', 40),
  ...Array.from({ length: 9 }, () => page('/django/django@5.2')),
  start('/fastapi/fastapi'),
  { event: 'host.waiting', host: 'api.github.com', reason: 'retry_after', until: NOW + 90_000 },
];

const end: DocsEvent = {
  event: 'scrape.finished',
  mode: 'scrape',
  artifacts: 'artifacts',
  slots: { ...NO_SLOTS, scraped: 1, unchanged: 1, stale: 1 },
  pages: { fetched: 11, unchanged: 0, checked: 0, failed: 1, bytes: 258_016 },
  documents: 210,
  embedding: { embedded: 12, kept: 58 },
  failures: [{ slot: '/grafana/grafana@11', state: 'stale', reason: '1 of 3 pages could not be had', pages: [gone] }],
  elapsedMs: 63_000,
};

function draw(events: readonly ProgressEvent[], size: TerminalSize, interrupting = false): readonly string[] {
  const view = events.reduce(
    (before: View, event, index) => reduce(before, event, NOW + index * 500),
    initialView(NOW),
  );
  const scene = { view, now: NOW + 20_000, interrupting, layout: layoutFor(size), palette: createPalette(false) };
  return frameOf(scene).map(({ left, right }) => (right === undefined ? left : `${left} … ${right}`));
}

const UNUSUAL: readonly DocsEvent[] = [
  opened,
  ...Array.from({ length: 30 }, (_, index) => start(`/日本語${'x'.repeat(90)}/${index}`)),
  ...Array.from({ length: 8 }, (_, index) => finish(`/${index}${'語'.repeat(80)}`, 'stale', 'y'.repeat(300))),
  ...Array.from(
    { length: 7 },
    (_, index): DocsEvent => ({ event: 'host.waiting', host: `${index}.example`, reason: 'backoff', until: NOW }),
  ),
];

test('the live view of a scrape fits every terminal and does not jump', () => {
  for (const [columns, rows] of [
    [80, 24],
    [140, 40],
    [40, 12],
    [80, 8],
    [80, 4],
    [20, 2],
    [80, 1],
  ] as const) {
    const heights = [[opened], busy, UNUSUAL, [...busy, end]].map((events) => draw(events, { columns, rows }).length);
    expect(new Set(heights).size, `${columns}x${rows}`).toBe(1);
    expect(heights[0]).toBeLessThan(rows);
  }
  for (const line of draw(busy, { columns: 80, rows: 24 })) expect(cellsOf(line), line).toBeLessThanOrEqual(80);
});

test('it shows libraries by state, speeds, waits of hosts and what failed', () => {
  const lines = draw(busy, { columns: 140, rows: 40 });
  const text = lines.join('\n');
  expect(lines.find((line) => line.startsWith('libraries_sources.yaml'))).toContain('use-lite · running 20 s');
  expect(text).toContain('3 of 253 libraries · 15 of 1,858 pages · about ');
  expect(text).toMatch(/Libraries +1 scraped · 1 unchanged · 1 stale · 2 running/);
  expect(text).toMatch(/Now +\/django\/django@5.2, 9 of 40 pages\n +\/fastapi\/fastapi, 0 of 10 pages/);
  expect(text).toMatch(/Pages +[\d.]+ a second · 11 fetched \(258 kB\) · 1 failed/);
  expect(text).toMatch(/Documents +[\d.]+ a second · 12 embedded · 58 kept/);
  expect(text).toMatch(/Waiting +api\.github\.com until \d\d:\d\d \(retry after\)/);
  expect(text).toMatch(/Failed or stale +1\n +\/grafana\/grafana@11: 1 of 3 pages could not be had/);
  expect(draw(busy, { columns: 80, rows: 24 }).join('\n')).toContain('/django/django@5.2, /fastapi/fastapi');
  expect(draw(busy, { columns: 80, rows: 24 }, true).at(-1)).toBe(
    'Stopping; finished libraries stay. Ctrl-C again: stop now.',
  );
});

test('a look for dead addresses is shown as that: no libraries, documents or artifacts', () => {
  const checking: DocsEvent = { ...opened, mode: 'check', embedder: null };
  const found: DocsEvent = { event: 'page.checked', slot: '/a/b', url: MISSING };
  const lines = [[checking], [checking, found]].map((events) => draw(events, { columns: 80, rows: 24 }));
  expect(lines.map((frame) => frame.find((line) => line.startsWith('Pages')))).toEqual([
    expect.stringMatching(/ 0 found$/),
    expect.stringMatching(/ 1 found$/),
  ]);
  expect(lines[1]?.join('\n')).not.toMatch(/Libraries|Documents|finished libraries|embedded/);
  expect(lines[0]?.length).toBe(lines[1]?.length);
  expect(draw([checking, found], { columns: 80, rows: 4 })[0]).toContain('1 of 1,858 pages');
});

test('as lines, a scrape says each new or failed library at once, and the failures last', async () => {
  const captured = captureIO({ env: {} });
  const renderer = openLines({ io: captured.io, clock: createManualClock(NOW) });
  for (const event of [...busy, end]) void renderer.show(event);
  await renderer.close();
  const lines = captured
    .stderr()
    .replaceAll(/ \[[^\]]*Z\]$/gm, '')
    .split('\n');
  expect(lines.filter((line) => !line.startsWith('progress:') && line !== '')).toEqual([
    'scraping: 253 libraries of libraries_sources.yaml, 1,858 pages, into artifacts, embedded with use-lite',
    'scraped: /hashicorp/terraform@1.14, 70 documents, 3 s',
    'stale: /grafana/grafana@11: 1 of 3 pages could not be had',
    `  | ${gone.message}`,
    expect.stringMatching(/^waiting: api\.github\.com until /),
    'pages: 11 fetched (258 kB), 1 failed',
    'documents: 210 in these artifacts; 12 embedded, 58 kept their vectors',
    'took: 1 min 3 s',
    'stale: /grafana/grafana@11: 1 of 3 pages could not be had',
    `  | ${gone.message}`,
    'done: 1 scraped, 1 unchanged, 1 stale',
  ]);
});
