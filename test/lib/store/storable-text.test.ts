import { describe, expect, it } from 'vitest';
import { storable } from '../../../src/lib/store/storable-text.ts';

describe('what PostgreSQL cannot store is taken out of arguments', () => {
  it('removes NUL from strings and names at any depth', () => {
    expect(storable({ a: 'x\0y', b: [{ 'c\0': ['\0'] }], n: 1, z: null })).toEqual({
      a: 'xy',
      b: [{ c: [''] }],
      n: 1,
      z: null,
    });
  });

  it('replaces half of a surrogate pair and keeps whole ones', () => {
    expect(storable(['\ud83d', '😀'])).toEqual(['\ufffd', '😀']);
  });

  it('returns what is clean as it is, without a copy', () => {
    const clean = { rows: [{ title: 'ü', body: null, labels: ['a'] }], at: new Date(0) };
    expect(storable(clean)).toBe(clean);
  });

  it('copies only the way to what it changed, and never changes what it was given', () => {
    const untouched = { title: 'fine' };
    const given = { rows: [untouched, { title: '\0' }] };
    const result = storable(given);
    expect(given.rows[1]?.title).toBe('\0');
    expect(result.rows[0]).toBe(untouched);
  });
});
