import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { commitFiles } from '../../../src/lib/github/repository/commit-files.ts';
import type { RepositoryFiles } from '../../sandbox/actions/repository-files.ts';
import { type Sandbox, startSandbox } from '../../sandbox/sandbox.ts';
import { clientFor } from './client-under-test.ts';

const REPOSITORY = { owner: 'acme', name: 'pack' };
const { signal } = new AbortController();

let sandbox: Sandbox;
let files: RepositoryFiles;

beforeAll(async () => {
  sandbox = await startSandbox({ repositories: [{ ...REPOSITORY, prs: 0 }] });
  files = sandbox.actions.of(sandbox.repository('acme/pack')).files;
});

beforeEach(() => push({ 'kept.md': 'kept\n', 'state.yaml': 'tag: v1\n', 'new.md': null }));

afterAll(() => sandbox.close());

/** Somebody pushes to the branch; null removes a file. @returns the commit */
function push(changes: Readonly<Record<string, string | null>>): string {
  const contents = Object.entries(changes).map(
    ([path, text]) => [path, text === null ? null : Buffer.from(text)] as const,
  );
  return files.commit('main', new Map(contents)).sha;
}

async function commit(base: string, changes: Readonly<Record<string, string>>) {
  const { client } = clientFor(sandbox.apiUrl);
  const made = { branch: 'main', base, message: 'Say so', files: new Map(Object.entries(changes)) };
  return await commitFiles(client, REPOSITORY, made, signal);
}

const textOf = (path: string) => files.head().files.get(path)?.toString();

test('files are one commit on the head, which keeps what was pushed since they were made', async () => {
  const base = files.head().sha;
  const pushed = push({ 'kept.md': 'pushed\n' });
  const { outcome, sha } = await commit(base, { 'state.yaml': 'tag: v2\n', 'new.md': 'new\n' });
  expect(outcome).toBe('committed');
  expect(files.head()).toMatchObject({ sha, parent: pushed, message: 'Say so' });
  expect([textOf('kept.md'), textOf('state.yaml'), textOf('new.md')]).toEqual(['pushed\n', 'tag: v2\n', 'new\n']);
  expect(await commit(base, { 'state.yaml': 'tag: v2\n' })).toEqual({ outcome: 'unchanged', sha });
});

test('a push between reading the head and moving it is taken up', async () => {
  const base = files.head().sha;
  const advance = files.advance.bind(files);
  let pushes = 0;
  files.advance = (branch, sha) => {
    pushes += 1;
    if (pushes === 1) push({ 'kept.md': 'at the last moment\n' });
    return advance(branch, sha);
  };
  const { outcome } = await commit(base, { 'state.yaml': 'tag: v2\n' });
  files.advance = advance;
  expect({ outcome, pushes }).toEqual({ outcome: 'committed', pushes: 2 });
  expect([textOf('kept.md'), textOf('state.yaml')]).toEqual(['at the last moment\n', 'tag: v2\n']);
});

test('a branch that never stands still is given up', async () => {
  const advance = files.advance.bind(files);
  files.advance = () => false;
  await expect(commit(files.head().sha, { 'state.yaml': 'tag: v2\n' })).rejects.toMatchObject({ code: 'branch_busy' });
  files.advance = advance;
});

test('a file that somebody else has changed since is a conflict, and nothing is committed', async () => {
  const base = files.head().sha;
  const pushed = push({ 'state.yaml': 'tag: v9\n' });
  await expect(commit(base, { 'kept.md': 'mine\n', 'state.yaml': 'tag: v2\n' })).rejects.toMatchObject({
    code: 'commit_conflict',
    message: 'state.yaml was changed on main since this run began: nothing is committed',
  });
  expect(files.head().sha).toBe(pushed);
});
