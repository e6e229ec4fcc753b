import { afterAll, beforeAll, expect, test } from 'vitest';
import { openStage, type ReplayStage } from '../../support/replay.ts';
import { chunks, ending, opening, type Replay } from '../../support/replay-script.ts';

let stage: ReplayStage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());

const whole: Replay = { steps: [{ events: opening() }, ...chunks(), { events: [ending()] }] };
const EVENTS = 2 + 1 + 800 * 4 + 1;

test('into a pipe come plain lines on stderr, and neither Ink nor React is loaded', async () => {
  const { exitCode, stdout, stderr, report } = await stage.intoPipes(whole, { mode: 'lines' });
  expect(exitCode).toBe(0);
  expect(stdout).toBe('');
  expect(stderr).not.toMatch(/(?!\n)\p{Cc}/u);
  expect(stderr).toMatch(/^started: .*\n(.*\n)*completed: .*\n(stored: .*\n){2}took: .*\n$/);
  expect(stderr.split('\n').length).toBeLessThan(10);
  expect(report).toMatchObject({ consumed: EVENTS, loadedInk: false });
});

test('every event comes through a pipe as JSON', async () => {
  const { stdout, stderr } = await stage.intoPipes(whole, { mode: 'jsonl' });
  const names = stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line).event);
  expect(names).toHaveLength(EVENTS);
  expect([names[0], names.at(-1)]).toEqual(['backfill.started', 'backfill.finished']);
  expect(stderr).toBe('');
});

test('silent says nothing and consumes everything', async () => {
  const { stdout, stderr, report } = await stage.intoPipes(whole, { mode: 'silent' });
  expect([stdout, stderr, report.consumed]).toEqual(['', '', EVENTS]);
});

test.each(['lines', 'jsonl', 'live'] as const)('a reader that goes away does not end the work (%s)', async (mode) => {
  const slow: Replay = {
    steps: [{ events: opening() }, ...chunks({ upTo: 5_000, chunkMs: 2 }), { events: [ending()] }],
  };
  const { exitCode, report } = await stage.intoPipes(slow, { mode, closeAfterBytes: 10 });
  expect(exitCode).toBe(0);
  expect(report.consumed).toBe(2 + 1 + 200 * 4 + 1);
});
