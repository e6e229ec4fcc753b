import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { ProgressEvent } from '../../../src/lib/progress/events.ts';
import { openStage, type ReplayStage } from '../../support/replay.ts';
import { budget, chunk, chunks, ending, opening, type Replay } from '../../support/replay-script.ts';

let stage: ReplayStage;
beforeAll(async () => {
  stage = await openStage();
});
afterEach(() => stage.endTerminals());
afterAll(() => stage.close());

const HOLD_MS = 60_000;
/** Shows these events and then stays as it is until it is interrupted. */
const holding = (...events: readonly ProgressEvent[]): Replay => ({
  steps: [{ events }, { after: HOLD_MS, events: [ending()] }],
});
const inCapture = [...opening(), ...chunk(1), ...chunk(2), budget('rest', 4_998)];

/** How often the frame's first and last line are in a text. */
function frames(text: string): { titles: number; hints: number } {
  const rows = text.split('\n');
  return {
    titles: rows.filter((row) => /^pytorch\/pytorch .* \d+ s$/.test(row)).length,
    hints: rows.filter((row) => row.startsWith('Ctrl-C stops')).length,
  };
}

describe('the live view on a real terminal', () => {
  test.each([
    [80, 24, ['resets', 'in 12 min', '600 files', 'REST budget', 'Last notice', 'goes on from there']],
    [140, 40, ['resets', 'in 12 min', 'review comments', 'REST budget', 'Notices', 'goes on from there']],
    [40, 12, ['GraphQL budget', 'Quarantined: none', 'Ctrl-C stops at a checkpoint.']],
    [80, 8, ['GraphQL budget', 'goes on from there']],
  ])('at %d by %d it shows what matters, on one screen', async (columns, rows, words) => {
    const terminal = await stage.inTerminal(holding(...inCapture), { columns, rows });
    await terminal.waitFor('50 of 20,000');
    const screen = terminal.screen().join('\n');
    for (const word of ['pytorch/pytorch', '0.2%', 'chunk 2', ...words]) expect(screen).toContain(word);
    expect(frames(terminal.text())).toEqual({ titles: 1, hints: 1 });
    expect(terminal.cursorVisible()).toBe(false);
  });

  test('what has happened stays in scrollback, and the region makes way for the verdict', async () => {
    const messages = Array.from(
      { length: 300 },
      (_, index) => `notice number ${index} 日本語 \u001b[2J\u001b[31mred\u001b[0m end`,
    );
    const notices = messages.map((message): ProgressEvent => ({ event: 'notice.raised', level: 'warning', message }));
    const terminal = await stage.inTerminal({
      steps: [
        { events: [...inCapture, ...notices] },
        { after: 400, events: notices },
        { after: 400, events: [ending()] },
      ],
    });
    expect(await terminal.exited).toMatchObject({ exitCode: 0 });
    const rows = terminal.text().split('\n');
    expect(rows.filter((row) => row.endsWith('end'))).toEqual(
      messages.map((_, index) => `warning: notice number ${index} 日本語 red end`),
    );
    expect(rows.filter((row) => row.endsWith('(once more)'))).toHaveLength(300);
    expect(rows.slice(-4)).toEqual([
      'completed: pytorch/pytorch, 20,000 of 20,000 pull requests (100%)',
      'stored: 240,000 files, 120,000 commits',
      'stored: 60,000 reviews, 80,000 review comments, 100,000 comments',
      'took: 29 min 58 s, 852 requests; charged 812 GraphQL points, 40 REST',
    ]);
    expect(frames(terminal.text())).toEqual({ titles: 0, hints: 0 });
    expect(terminal.cursorVisible()).toBe(true);
  });

  test('a window made narrower or wider shows one whole frame, with nothing left of the one before', async () => {
    const notice: ProgressEvent = { event: 'notice.raised', level: 'info', message: 'a long notice '.repeat(12) };
    const terminal = await stage.inTerminal(holding(...inCapture, notice), { columns: 140, rows: 40 });
    await terminal.waitFor('50 of 20,000');
    for (const [columns, rows] of [
      [80, 40],
      [60, 40],
      [40, 40],
      [120, 40],
      [120, 34],
      [100, 34],
      [140, 40],
    ] as const) {
      await terminal.resize(columns, rows);
      await delay(200);
      await terminal.waitFor(() => frames(terminal.text()).titles === 1 && frames(terminal.text()).hints === 1);
      const seen = `${columns} by ${rows}:\n${terminal.text()}`;
      expect(frames(terminal.text()), seen).toEqual({ titles: 1, hints: 1 });
      const started = terminal
        .text()
        .split('\n')
        .filter((row) => row.startsWith('started:'));
      expect(started, seen).toHaveLength(1);
    }
  });

  test('a window made lower than the frame shows one whole frame', async () => {
    const terminal = await stage.inTerminal(holding(...inCapture), { columns: 140, rows: 40 });
    await terminal.waitFor('50 of 20,000');
    for (const [columns, rows] of [
      [80, 24],
      [80, 12],
      [40, 8],
      [80, 24],
      [140, 40],
    ] as const) {
      await terminal.resize(columns, rows);
      await delay(200);
      const screen = terminal.screen().join('\n').trimEnd().split('\n').slice(-rows);
      expect(screen.at(-1), screen.join('\n')).toMatch(/^Ctrl-C stops at a checkpoint/);
      expect(frames(screen.join('\n')).hints).toBe(1);
    }
  });

  test('a wait counts down and says why', async () => {
    const terminal = await stage.inTerminal(
      holding(...inCapture, { event: 'wait.started', reason: 'budget_exhausted', until: 600_000 }),
    );
    await terminal.waitFor(/Waiting +GitHub's budget is spent.*, in 9 min 5\d s/);
    const [first] = /in 9 min 5\d s/.exec(terminal.screen().join('\n')) ?? [''];
    await terminal.waitFor(
      (now) => !now.screen().join('\n').includes(`\u0020${first}`) && now.screen().join('\n').includes('in 9 min'),
      5_000,
    );
  });

  test('a very long repository name keeps its ends and one row', async () => {
    const repository = `${'o'.repeat(39)}/${'r'.repeat(90)}-end`;
    const terminal = await stage.inTerminal(holding(...opening({ repository }), ...chunk(1)));
    await terminal.waitFor('25 of 20,000');
    expect(terminal.screen().filter((row) => /^o+.*…r+-end +embedded store · running \d+ s$/.test(row))).toHaveLength(
      1,
    );
  });

  test('without colour it is the same text, and TERM and keyboard are left alone', async () => {
    const terminal = await stage.inTerminal(holding(...inCapture), { env: { NO_COLOR: '1' } });
    await terminal.waitFor('50 of 20,000');
    expect(terminal.raw()).not.toMatch(/\p{Cc}\[[\d;]*m/u);
  });
});

describe('Ctrl-C on a real terminal', () => {
  test('the first says what happens and lets the checkpoint finish; what others say stays above the region', async () => {
    const terminal = await stage.inTerminal({ ...holding(...inCapture), checkpointMs: 1_000 });
    await terminal.waitFor('50 of 20,000');
    terminal.write('\u0003');
    await terminal.waitFor('Saving a checkpoint… press Ctrl-C again to stop now.', 2_000);
    expect(terminal.screen()).toContain('Saving a checkpoint.');
    expect(terminal.screen().filter((row) => /^(pytorch|GraphQL|REST|Saving a checkpoint…)/.test(row))).toHaveLength(4);
    expect(await terminal.exited).toEqual({ exitCode: 130, signal: undefined });
    expect(terminal.text()).toContain('progress: 50 of 20,000 pull requests');
    expect(terminal.cursorVisible()).toBe(true);
    expect(terminal.text()).not.toContain('^C');
  });

  test('the second ends it at once and leaves the terminal clean', async () => {
    const terminal = await stage.inTerminal({ ...holding(...inCapture), checkpointMs: HOLD_MS });
    await terminal.waitFor('50 of 20,000');
    terminal.write('\u0003');
    await terminal.waitFor('Saving a checkpoint…');
    terminal.write('\u0003');
    expect(await terminal.exited).toEqual({ exitCode: 130, signal: undefined });
    expect(terminal.text()).toContain('Stopped at once.');
    expect(terminal.cursorVisible()).toBe(true);
  });

  test('a signal that nobody handles leaves the terminal clean', async () => {
    const terminal = await stage.inTerminal(holding(...inCapture));
    await terminal.waitFor('50 of 20,000');
    terminal.kill('SIGTERM');
    expect(await terminal.exited).toMatchObject({ signal: 15 });
    expect(terminal.cursorVisible()).toBe(true);
  });
});

test('20,000 pull requests at full speed cost little, and the screen is drawn at most four times a second', async () => {
  const idle = await stage.inTerminal({ steps: [{ events: [...opening(), ending()] }] });
  await idle.exited;
  const start = await stage.report();
  const terminal = await stage.inTerminal({
    steps: [{ events: opening() }, ...chunks({ chunkMs: 4 }), { events: [ending()] }],
  });
  expect(await terminal.exited).toMatchObject({ exitCode: 0 });
  const live = await stage.report();
  expect(live.consumed).toBe(2 + 1 + 800 * 4 + 1);
  const framesPerSecond = terminal.raw().split('\u001b[?2026h').length / (live.wallMs / 1000);
  expect(framesPerSecond).toBeLessThan(5);
  // Loading Ink apart. In the first seconds code is still being compiled: over minutes it is below 0.05.
  expect((live.cpuMs - start.cpuMs) / live.wallMs).toBeLessThan(0.2);
});
