import { expect, test } from 'vitest';
import { formatJsonLine } from '../../../src/lib/progress/jsonl.ts';
import { renderProgress } from '../../../src/lib/progress/render.ts';
import { captureIO } from '../../support/captured-io.ts';
import { createManualClock } from '../../support/manual-clock.ts';
import { chunk, ending, opening } from '../../support/replay-script.ts';

async function* from<Item>(items: readonly Item[]): AsyncGenerator<Item> {
  yield* items;
}

test('every event is one line on stdout with its schema version, time and fields, and stderr stays empty', async () => {
  const captured = captureIO();
  const events = [...opening(), ...chunk(1), ending()];
  await renderProgress(from(events), { mode: 'jsonl', io: captured.io, clock: createManualClock() });
  const lines = captured.stdout().split('\n');
  expect(lines.pop()).toBe('');
  expect(lines.map((line) => JSON.parse(line))).toEqual(
    events.map((event) => ({ schemaVersion: 1, ts: '2026-11-21T14:00:00.000Z', ...event })),
  );
  expect(captured.stderr()).toBe('');
});

test('the leading fields come first, in a stable order', () => {
  expect(formatJsonLine({ event: 'wait.ended' }, 0)).toBe(
    '{"schemaVersion":1,"ts":"1970-01-01T00:00:00.000Z","event":"wait.ended"}',
  );
});

test('text from outside is kept, and neither ends a line nor commands a terminal', () => {
  const message = 'a\n\u001b[2J\u009b31m\u007f\u2028日本語';
  const line = formatJsonLine({ event: 'notice.raised', level: 'info', message }, 0);
  expect(line).not.toMatch(/[\p{Cc}\u2028]/u);
  expect(JSON.parse(line).message).toBe(message);
});
