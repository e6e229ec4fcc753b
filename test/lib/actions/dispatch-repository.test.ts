import { expect, test } from 'vitest';
import { dispatchRepository } from '../../../src/lib/actions/dispatch/dispatch-repository.ts';
import { thrownBy } from '../github/client-under-test.ts';

const nothing = { flag: undefined, setting: undefined, env: {}, originUrl: async () => undefined };
const named = async (sources: Partial<Parameters<typeof dispatchRepository>[0]>) => {
  const { owner, name } = await dispatchRepository({ ...nothing, ...sources });
  return `${owner}/${name}`;
};

test('the flag wins over the setting, that over GITHUB_REPOSITORY, that over the remote', async () => {
  const env = { GITHUB_REPOSITORY: 'c/c' };
  const originUrl = async () => 'https://github.com/d/d.git';
  expect(await named({ flag: 'a/a', setting: 'b/b', env, originUrl })).toBe('a/a');
  expect(await named({ setting: 'b/b', env, originUrl })).toBe('b/b');
  expect(await named({ env, originUrl })).toBe('c/c');
  expect(await named({ env: { GITHUB_REPOSITORY: '' }, originUrl })).toBe('d/d');
});

test.each([
  'https://github.com/acme/ops.git',
  'https://github.com/acme/ops',
  'https://user@ghe.example.test/acme/ops/',
  'git@github.com:acme/ops.git',
  'ssh://git@github.com:22/acme/ops.git',
])('the remote %s is acme/ops', async (address) => {
  expect(await named({ originUrl: async () => address })).toBe('acme/ops');
});

test('without any of them it says how to name it', async () => {
  expect(await thrownBy(named({}))).toMatchObject({
    code: 'dispatch_repository_unknown',
    exitCode: 2,
    nextSteps: expect.arrayContaining([expect.stringContaining('--dispatch-repo')]),
  });
});
