import { describe, expect, test } from 'vitest';
import { createRedactor, looksLikeSecret } from '../../src/lib/redact.ts';

const tail = 'A1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q7r8';
const jwt = `eyJhbGciOiJIUzI1NiJ9.eyJyb2xlIjoic2VydmljZV9yb2xlIn0.${tail}`;

describe('shapes of secrets go, whoever they belong to', () => {
  test.each(['ghp_', 'gho_', 'ghs_', 'ghu_', 'ghr_', 'github_pat_', 'sb_secret_', 'sk-'])('%s', (prefix) => {
    const text = createRedactor({}).redact(`before ${prefix}${tail}, after`);
    expect(text).toBe('before [redacted], after');
    expect(looksLikeSecret(`${prefix}${tail}`)).toBe(true);
  });

  test.each([
    [`a JWT ${jwt} here`, 'a JWT [redacted] here'],
    ['Authorization: Bearer abc.def', 'Authorization: Bearer [redacted]'],
    ['"authorization":"token abcdef"', '"authorization":"token [redacted]"'],
    ["headers: { apikey: 'abcdef', accept: 'x' }", "headers: { apikey: '[redacted]', accept: 'x' }"],
    ['GET https://user:pass@example.com/x', 'GET https://[redacted]@example.com/x'],
    ['postgres://postgres:pw@db:5432/x', 'postgres://[redacted]@db:5432/x'],
  ])('%s', (text, expected) => {
    expect(createRedactor({}).redact(text)).toBe(expected);
  });
});

test('values of the environment and values that are added go, also when they are encoded', () => {
  const redactor = createRedactor({ GITHUB_TOKEN: 'plain/value', SUPABASE_SERVICE_KEY: 'other-value' });
  redactor.add('from gh auth');
  expect(redactor.redact('plain/value other-value plain%2Fvalue from gh auth')).toBe(
    '[redacted] [redacted] [redacted] [redacted]',
  );
});

test('ordinary text stays as it is', () => {
  const text = 'ghp_ is a prefix; https://github.com/o/r@main; see user@example.com, GITHUB_TOKEN is "" or a';
  expect(createRedactor({ GITHUB_TOKEN: 'a' }).redact(text)).toBe(text);
  expect(looksLikeSecret('.deadzone/store')).toBe(false);
});

test('strings go at any depth of a value', () => {
  const value = { a: ['x', { b: `ghp_${tail}` }], n: 1, t: true, z: null };
  expect(createRedactor({}).redactDeep(value)).toEqual({ a: ['x', { b: '[redacted]' }], n: 1, t: true, z: null });
});
