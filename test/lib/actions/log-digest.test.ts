import { describe, expect, test } from 'vitest';
import { digestLog } from '../../../src/lib/actions/logs/log-digest.ts';
import { linesOf } from '../../../src/lib/actions/logs/log-lines.ts';
import { sanitizeLogLine } from '../../../src/lib/progress/sanitize.ts';

const STAMP = '2026-11-21T14:00:00.0000000Z ';

async function* chunksOf(text: string, size = 7): AsyncGenerator<Uint8Array> {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function digest(lines: readonly string[], sizes = { lines: 20, tail: 5 }) {
  return await digestLog(linesOf(chunksOf(lines.map((line) => `${STAMP}${line}\r\n`).join(''))), sizes);
}

describe('a job log', () => {
  test('loses its time stamps, and each group becomes one line', async () => {
    const { lines } = await digest([
      '##[group]Run npm ci',
      'a',
      'b',
      '##[endgroup]',
      'done',
      '::group::empty',
      '::endgroup::',
    ]);
    expect(lines).toEqual(['▸ Run npm ci (2 lines)', 'done', '▸ empty']);
  });

  test('hides no error in a group', async () => {
    const { lines } = await digest(['##[group]Run', 'a', '##[error]broken', 'b', '##[endgroup]']);
    expect(lines.map((line) => sanitizeLogLine(line, false))).toEqual(['▸ Run (1 line)', 'error: broken', 'b']);
  });

  test('ends where its last error is: what the runner cleans up afterwards is no news', async () => {
    const { tail } = await digest(['1', '2', '3', '4', '5', '##[error]broken', ...Array(30).fill('Post job cleanup.')]);
    expect(tail.map((line) => sanitizeLogLine(line, false))).toEqual(['2', '3', '4', '5', 'error: broken']);
  });

  test('shows of a line that was written over what a terminal shows', async () => {
    const { lines } = await digest(['10 %\r50 %\r100 %']);
    expect(lines).toEqual(['100 %']);
  });

  test('keeps text whole when a chunk ends within a character', async () => {
    const { lines } = await digest(['日本語のログ ✔']);
    expect(lines).toEqual(['日本語のログ ✔']);
  });

  test('of 50 MB is read in bounded memory, also where it has no line end', async () => {
    const megabyte = Buffer.alloc(1_048_576, 'x');
    const lined = Buffer.from(`${'y'.repeat(99)}\n`.repeat(10_485));
    async function* large(chunk: Uint8Array): AsyncGenerator<Uint8Array> {
      for (let index = 0; index < 50; index += 1) yield chunk;
    }
    const before = process.memoryUsage().heapUsed;
    const one = await digestLog(linesOf(large(megabyte)), { lines: 20, tail: 20 });
    expect(one.lines).toHaveLength(1);
    expect(one.lines[0]?.length).toBeLessThanOrEqual(2_001);
    const many = await digestLog(linesOf(large(lined)), { lines: 20, tail: 20 });
    expect([many.lines.length, many.omitted]).toEqual([20, 50 * 10_485 - 20]);
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(200 * 1_048_576);
  });
});

describe('a line of a foreign log', () => {
  test.each([
    ['colour', '\u001b[31mred\u001b[0m', '\u001b[31mred\u001b[0m\u001b[0m'],
    ['a colour that is not switched off', '\u001b[1;38;5;196mred', '\u001b[1;38;5;196mred\u001b[0m'],
    ['true colour', '\u001b[48;2;1;2;3mx', '\u001b[48;2;1;2;3mx\u001b[0m'],
    ['cursor movement', 'a\u001b[2Jb\u001b[10;10Hc', 'abc'],
    ['hidden and blinking text', '\u001b[8msecret\u001b[5m', 'secret'],
    ['a window title', '\u001b]0;owned\u0007after', 'after'],
    ['an 8-bit sequence', 'a\u009b2Jb', 'ab'],
    ['bells and backspaces', 'a\u0007\u0008b', 'a b'],
    ['an override of the text direction', 'a\u202eb', 'ab'],
    ['a hyperlink', '\u001b]8;;https://evil.test\u0007text\u001b]8;;\u0007', 'text'],
    ['a tab', '\tindented', '    indented'],
  ])('%s', (_, given, shown) => {
    expect(sanitizeLogLine(given, true)).toBe(shown);
  });

  test('has no colour where the stream takes none', () => {
    expect(sanitizeLogLine('\u001b[31mred\u001b[0m', false)).toBe('red');
  });

  test('never holds another control sequence than colour, whatever it is made of', () => {
    const pieces = ['\u001b', '[', ']', '0;', '31', 'm', 'H', '\u0007', '\u009b', '\u0090', 'P', '\\', 'x', '\n', '8'];
    let seed = 1;
    const random = () => {
      seed = (seed * 16_807) % 2_147_483_647;
      return seed / 2_147_483_647;
    };
    for (let round = 0; round < 5_000; round += 1) {
      const text = Array.from({ length: 12 }, () => pieces[Math.floor(random() * pieces.length)]).join('');
      const rest = sanitizeLogLine(text, true).replaceAll(/\p{Cc}\[[\d;]*m/gu, '');
      expect(rest, JSON.stringify(text)).not.toMatch(/\p{Cc}/u);
    }
  });
});
