import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  findGitHubToken,
  findSupabaseKey,
  requireGitHubToken,
  requireSupabaseKey,
  Secret,
} from '../../../src/lib/config/secrets.ts';

const apiUrl = 'https://api.github.com';
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'capture-cli-gh-'));
});

afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

/** Puts a program called gh on an otherwise empty PATH. */
async function withGh(script: string): Promise<{ PATH: string }> {
  await writeFile(join(folder, 'gh'), `#!/bin/sh\n${script}\n`);
  await chmod(join(folder, 'gh'), 0o755);
  return { PATH: folder };
}

describe('the GitHub token', () => {
  test('comes from GITHUB_TOKEN, then GH_TOKEN, then gh', async () => {
    const gh = await withGh('echo "from-gh:$*"');
    const both = await findGitHubToken({ env: { ...gh, GITHUB_TOKEN: 'one', GH_TOKEN: 'two' }, apiUrl });
    expect([both?.reveal(), both?.source]).toEqual(['one', 'GITHUB_TOKEN']);
    const second = await findGitHubToken({ env: { ...gh, GITHUB_TOKEN: '', GH_TOKEN: ' two\n' }, apiUrl });
    expect([second?.reveal(), second?.source]).toEqual(['two', 'GH_TOKEN']);
    const third = await findGitHubToken({ env: gh, apiUrl });
    expect([third?.reveal(), third?.source]).toEqual(['from-gh:auth token --hostname github.com', 'gh auth token']);
  });

  test('is asked of gh for the host of an enterprise server', async () => {
    const token = await findGitHubToken({ env: await withGh('echo "$4"'), apiUrl: 'https://ghe.example/api/v3' });
    expect(token?.reveal()).toBe('ghe.example');
  });

  test.each([
    ['there is no gh', async () => ({ PATH: folder })],
    ['gh is not logged in', () => withGh('echo "no oauth token" >&2; exit 1')],
    ['gh answers nothing', () => withGh('exit 0')],
  ])('is missing when %s, and the error says how to get one', async (_, environment) => {
    const env = await environment();
    expect(await findGitHubToken({ env, apiUrl })).toBeUndefined();
    await expect(requireGitHubToken({ env, apiUrl })).rejects.toMatchObject({
      code: 'github_token_missing',
      exitCode: 4,
      nextSteps: expect.arrayContaining([expect.stringContaining('gh auth login')]),
    });
  });
});

describe('the Supabase key', () => {
  test('comes from the first variable that is set', () => {
    const env = { SUPABASE_SERVICE_ROLE_KEY: 'c', SUPABASE_SECRET_KEY: 'b' };
    expect(findSupabaseKey(env)?.source).toBe('SUPABASE_SECRET_KEY');
    expect(findSupabaseKey({ ...env, SUPABASE_SERVICE_KEY: 'a' })?.reveal()).toBe('a');
    expect(() => requireSupabaseKey({}, 'https://a.supabase.co')).toThrow('SUPABASE_SERVICE_KEY is not set');
  });
});

test('a secret does not print itself', () => {
  const secret = new Secret('hunter2', 'GH_TOKEN');
  expect(
    [`${secret}`, JSON.stringify({ secret }), inspect({ secret }, { depth: 9, showHidden: true })].join(),
  ).not.toContain('hunter2');
});
