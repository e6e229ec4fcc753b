import { describe, expect, it } from 'vitest';
import { EXIT } from '../../../src/lib/exit-codes.ts';
import { requireServiceKey } from '../../../src/lib/store/hosted/service-key.ts';
import { parseStoreUrl } from '../../../src/lib/store/hosted/store-url.ts';
import { refusalOf } from '../../support/refusal.ts';

const PROJECT = new URL('https://abcdefghijklmnopqrst.supabase.co');
const NOW = Date.UTC(2026, 10, 21);

function jwt(claims: Record<string, unknown>): string {
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part({ alg: 'HS256', typ: 'JWT' })}.${part(claims)}.c2lnbmF0dXJl`;
}

describe('a key that can do the work is accepted', () => {
  it.each([
    ['a secret key', 'sb_secret_abc-DEF_123'],
    ['a secret key with white space around it', ' sb_secret_abc\n'],
    ['a service_role JWT', jwt({ role: 'service_role', ref: 'abcdefghijklmnopqrst', exp: NOW / 1_000 + 60 })],
    ['a service_role JWT that names no project', jwt({ role: 'service_role' })],
  ])('%s', (_kind, key) => {
    expect(requireServiceKey(key, PROJECT, NOW)).toBe(key.trim());
  });
});

describe('a key that cannot is refused before anything is sent, with the reason and without the key', () => {
  it.each([
    ['a publishable key', 'sb_publishable_abc', /publishable key.*without changing a row/],
    ['an anon JWT', jwt({ role: 'anon' }), /role anon, not service_role.*without changing a row/],
    ['an authenticated JWT', jwt({ role: 'authenticated' }), /role authenticated/],
    ['another role', jwt({ role: 'supabase_read_only_user' }), /role supabase_read_only_user/],
    ['an expired JWT', jwt({ role: 'service_role', exp: NOW / 1_000 - 86_400 }), /expired on 2026-11-20/],
    [
      "another project's JWT",
      jwt({ role: 'service_role', ref: 'zzzzzzzzzzzzzzzzzzzz' }),
      /belongs to the project zzzzzzzzzzzzzzzzzzzz/,
    ],
    ['a JWT without a role', jwt({ sub: 'x' }), /not a Supabase key/],
    ['three words with dots', 'not.a.jwt', /not a Supabase key/],
    ['a key cut by a line break', 'sb_secret_abc\ndef', /not a Supabase key/],
    ['a password', 'hunter2-hunter2', /not a Supabase key/],
  ])('%s', async (_kind, key, reason) => {
    const refusal = await refusalOf(() => requireServiceKey(key, PROJECT, NOW));
    expect(refusal).toMatchObject({ code: 'store_key_refused', exitCode: EXIT.auth });
    expect(refusal.message).toMatch(reason);
    expect(JSON.stringify([refusal.message, refusal.nextSteps])).not.toContain(key);
  });

  it.each([undefined, '', '  '])('no key: %j', async (key) => {
    expect(await refusalOf(() => requireServiceKey(key, PROJECT, NOW))).toMatchObject({
      code: 'store_key_missing',
      exitCode: EXIT.auth,
    });
  });
});

describe('the address of a store', () => {
  it.each(['https://abc.supabase.co', 'http://127.0.0.1:54321', 'http://localhost:54321', 'http://[::1]:1'])(
    '%s is accepted',
    (text) => {
      expect(parseStoreUrl(text).href).toBe(new URL(text).href);
    },
  );

  it.each([
    ['abc.supabase.co', /not an http\(s\) address/],
    ['postgres://postgres:hunter2@db.abc.supabase.co:5432/postgres', /not an http\(s\) address/],
    ['https://user:hunter2@abc.supabase.co', /more behind or before it/],
    ['http://abc.supabase.co', /without https/],
    ['http://127.0.0.1.evil.example', /without https/],
  ])('%s is refused', async (text, reason) => {
    const refusal = await refusalOf(() => parseStoreUrl(text));
    expect(refusal).toMatchObject({ code: 'store_url_invalid', exitCode: EXIT.usage });
    expect(refusal.message).toMatch(reason);
    expect(refusal.message).not.toContain('hunter2');
  });
});
