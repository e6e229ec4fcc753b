import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ProgressEvent } from '../../../src/lib/progress/events.ts';
import { cellsOf } from '../../../src/lib/progress/ink/cells.ts';
import { frameOf, rowsAddedByWrapping } from '../../../src/lib/progress/ink/frame.ts';
import { layoutFor, type TerminalSize } from '../../../src/lib/progress/ink/layout.ts';
import { createPalette } from '../../../src/lib/progress/palette.ts';
import { initialView, reduce, type View } from '../../../src/lib/progress/view.ts';
import { budget, chunk, ending, opening } from '../../support/replay-script.ts';

const NOW = Date.UTC(2026, 10, 21, 14);

const stories: Readonly<Record<string, readonly ProgressEvent[]>> = {
  nothing: [],
  listing: opening().slice(0, 2),
  capturing: [...opening(), ...chunk(1), ...chunk(2)],
  trouble: [
    ...opening({ repository: `${'o'.repeat(39)}/${'r'.repeat(100)}` }),
    ...chunk(1),
    budget('rest', 4_998),
    { event: 'page.shrunk', reason: 'gateway_timeout', from: 25, to: 12 },
    ...Array.from(
      { length: 9 },
      (_, index): ProgressEvent => ({ event: 'item.quarantined', number: index, reason: '日本語'.repeat(40) }),
    ),
    { event: 'notice.raised', level: 'warning', message: '日本語'.repeat(60) },
    { event: 'wait.started', reason: 'secondary_limit', until: NOW + 90_000, detail: 'x'.repeat(300) },
  ],
  verifying: [...opening(), ...chunk(1), { event: 'audit.started' }],
  finished: [...opening(), ...chunk(1), ending()],
};

function viewOf(events: readonly ProgressEvent[]): View {
  return events.reduce((view, event, index) => reduce(view, event, NOW + index), initialView(NOW));
}

function draw(events: readonly ProgressEvent[], size: TerminalSize, interrupting = false): string[] {
  const scene = {
    view: viewOf(events),
    now: NOW + 1_000,
    interrupting,
    layout: layoutFor(size),
    palette: createPalette(false),
  };
  return frameOf(scene).map(({ left, right }) => (right === undefined ? left : `${left} … ${right}`));
}

describe('the region that is redrawn', () => {
  test('is lower than the screen and as high whatever happens, at every size', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 250 }),
        fc.integer({ min: 1, max: 80 }),
        fc.boolean(),
        (columns, rows, interrupting) => {
          const heights = new Set(
            Object.values(stories).map((events) => draw(events, { columns, rows }, interrupting).length),
          );
          expect(heights.size).toBe(1);
          expect(Math.max(...heights)).toBeLessThan(rows);
        },
      ),
    );
  });

  test.each([
    [
      { columns: 80, rows: 24 },
      [
        'pytorch/pytorch',
        '50 of 20,000',
        'Now',
        'Captured',
        'GraphQL budget',
        'REST budget',
        'Quarantined',
        'Last notice',
        'Ctrl-C',
      ],
    ],
    [
      { columns: 140, rows: 40 },
      [
        'pytorch/pytorch',
        '50 of 20,000',
        'Now',
        'Last chunk',
        'review comments',
        'GraphQL budget',
        'REST budget',
        'Quarantined',
        'Notices',
        'Ctrl-C',
      ],
    ],
    [{ columns: 40, rows: 12 }, ['pytorch/pytorch', '50 of 20,000', 'Now', 'GraphQL budget', 'Quarantined', 'Ctrl-C']],
    [{ columns: 80, rows: 8 }, ['pytorch/pytorch', '50 of 20,000', 'Now', 'GraphQL budget', 'Ctrl-C']],
    [{ columns: 80, rows: 4 }, ['pytorch/pytorch 0.2%', 'Ctrl-C']],
    [{ columns: 20, rows: 2 }, ['0.2%']],
  ])('says what matters at %o', (size, words) => {
    const text = draw(stories['capturing'] ?? [], size).join('\n');
    for (const word of words) expect(text).toContain(word);
  });

  test('fits its own wording into the width; only names and text from outside are cut', () => {
    for (const columns of [40, 60, 72, 80, 100, 140]) {
      for (const line of draw(stories['capturing'] ?? [], { columns, rows: 24 })) {
        expect(cellsOf(line), line).toBeLessThan(columns);
      }
    }
  });

  test('is empty where there is no room at all', () => {
    expect(draw(stories['capturing'] ?? [], { columns: 80, rows: 1 })).toEqual([]);
  });

  test('says what Ctrl-C does and then what it is doing', () => {
    const size = { columns: 80, rows: 24 };
    expect(draw([], size).at(-1)).toBe('Ctrl-C stops at a checkpoint; the same command goes on from there.');
    expect(draw([], size, true).at(-1)).toBe('Saving a checkpoint… press Ctrl-C again to stop now.');
  });
});

test('cells are counted as terminals count them', () => {
  expect(['abc', '日本', 'cafe\u0301', '🎉', '\u001b[31mred\u001b[39m', '━─…·'].map(cellsOf)).toEqual([
    3, 4, 4, 2, 3, 4,
  ]);
});

test('a narrower terminal wraps what no longer fits', () => {
  expect(rowsAddedByWrapping([80, 40, 0, 81], 40)).toBe(1 + 0 + 0 + 2);
});
