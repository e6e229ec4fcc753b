import fc from 'fast-check';
import { expect, test } from 'vitest';
import { sanitize } from '../../../src/lib/progress/sanitize.ts';

test.each([
  ['colours', '\u001b[31mred\u001b[0m', 'red'],
  ['window titles', 'a\u001b]0;owned\u0007b', 'ab'],
  ['cursor movement and erasure', 'a\u001b[2J\u001b[1;1Hb', 'ab'],
  ['8-bit control sequences', 'a\u009b31mb', 'ab'],
  ['line breaks', 'one\r\ntwo\u2028three', 'one two three'],
  ['text direction overrides', 'safe\u202egnp.exe', 'safegnp.exe'],
  ['lone surrogates', 'a\ud800b', 'a\ufffdb'],
])('%s do not pass', (_, text, safe) => expect(sanitize(text)).toBe(safe));

test('wide characters and emoji pass as they are', () => expect(sanitize('日本語 🎉 café')).toBe('日本語 🎉 café'));

test('long text is cut between characters', () => {
  const cut = sanitize('🎉'.repeat(600));
  expect(Array.from(cut)).toHaveLength(500);
  expect(cut.endsWith('🎉…')).toBe(true);
});

test('no input whatever yields a control character or a second line', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(sanitize(text)).not.toMatch(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u);
    }),
  );
});
