import { describe, expect, test } from 'vitest';
import { didYouMean, editDistance } from '../../src/lib/did-you-mean.ts';

describe('did you mean', () => {
  const commands = ['backfill', 'doctor', 'init', 'help'];
  test.each([
    ['backfil', 'backfill'],
    ['bakcfill', 'backfill'],
    ['BACKFILL', 'backfill'],
    ['docter', 'doctor'],
    ['int', 'init'],
    ['deploy', undefined],
    ['x', undefined],
    ['', undefined],
  ])('%j → %s', (word, expected) => {
    expect(didYouMean(word, commands)).toBe(expected);
  });

  test('a swap of neighbours is one edit', () => {
    expect(editDistance('ab', 'ba')).toBe(1);
    expect(editDistance('kitten', 'sitting')).toBe(3);
    expect(editDistance('', 'abc')).toBe(3);
  });
});
