import { describe, expect, test } from 'vitest';
import type { ProgressEvent } from '../../../src/lib/progress/events.ts';
import { figuresOf, initialView, reduce, type View } from '../../../src/lib/progress/view.ts';
import { budget, chunk, ending, opening, rowsOf } from '../../support/replay-script.ts';

const MINUTE = 60_000;

function viewAfter(steps: readonly (readonly [at: number, event: ProgressEvent])[]): View {
  return steps.reduce((view, [at, event]) => reduce(view, event, at), initialView(0));
}

function updated(finished: number, total = 20_000): ProgressEvent {
  return { event: 'progress.updated', finished, total, rows: rowsOf(finished), quarantined: 0 };
}

describe('a view says what is known', () => {
  test('nothing is known before the first event, and nothing is made up', () => {
    expect(figuresOf(initialView(0), 5_000)).toEqual({
      elapsedMs: 5_000,
      remaining: undefined,
      ratePerMinute: undefined,
      remainingMs: undefined,
    });
  });

  test('it follows a backfill through its phases', () => {
    const events = [...opening(), ...chunk(1), { event: 'audit.started' } as const, ending()];
    const phases = events.map(
      (_, index) => viewAfter(events.slice(0, index + 1).map((event, at) => [at, event])).phase,
    );
    expect([...new Set(phases)]).toEqual(['enumerating', 'capturing', 'auditing', 'finished']);
  });

  test('a page that shrank shows its new size until the next chunk', () => {
    const shrunk = viewAfter(
      [...opening(), ...chunk(1), { event: 'page.shrunk', reason: 'gateway_timeout', from: 25, to: 12 } as const].map(
        (event, at) => [at, event],
      ),
    );
    expect(shrunk.pageSize).toBe(12);
  });

  test('time left follows from the rate and what remains', () => {
    const view = viewAfter([
      [0, updated(1_000)],
      [MINUTE, updated(2_000)],
    ]);
    expect(figuresOf(view, MINUTE)).toMatchObject({
      ratePerMinute: 1_000,
      remaining: 18_000,
      remainingMs: 18 * MINUTE,
    });
  });

  test('during a wait the time left is that of the wait and of the work after it', () => {
    const view = viewAfter([
      [0, updated(1_000)],
      [MINUTE, updated(2_000)],
      [MINUTE, { event: 'wait.started', reason: 'budget_exhausted', until: 11 * MINUTE }],
    ]);
    expect(figuresOf(view, 6 * MINUTE)).toMatchObject({ ratePerMinute: 1_000, remainingMs: (5 + 18) * MINUTE });
  });

  test('after a wait for the budget the rate is that of the work', () => {
    const view = viewAfter([
      [0, updated(1_000)],
      [MINUTE, updated(2_000)],
      [MINUTE, { event: 'wait.started', reason: 'budget_exhausted', until: 11 * MINUTE }],
      [11 * MINUTE, { event: 'wait.ended' }],
      [12 * MINUTE, updated(3_000)],
    ]);
    expect(figuresOf(view, 12 * MINUTE).ratePerMinute).toBe(1_000);
  });

  test('pacing is how the work goes and counts as its time', () => {
    const view = viewAfter([
      [0, updated(1_000)],
      [0, { event: 'wait.started', reason: 'pacing', until: MINUTE / 2 }],
      [MINUTE / 2, { event: 'wait.ended' }],
      [MINUTE, updated(2_000)],
    ]);
    expect(figuresOf(view, MINUTE).ratePerMinute).toBe(1_000);
  });

  test('both budgets are kept apart, and only the latest notices are kept', () => {
    const notices = Array.from(
      { length: 300 },
      (_, index): ProgressEvent => ({ event: 'notice.raised', level: 'info', message: `notice ${index}` }),
    );
    const view = viewAfter(
      [budget('graphql', 4_000), budget('rest', 3_000), ...notices].map((event, at) => [at, event]),
    );
    expect([view.budgets.graphql?.remaining, view.budgets.rest?.remaining]).toEqual([4_000, 3_000]);
    expect(view.notices.count).toBe(300);
    expect(view.notices.recent.map(({ text }) => text)).toEqual(
      [299, 298, 297, 296, 295].map((index) => `note: notice ${index}`),
    );
  });
});
