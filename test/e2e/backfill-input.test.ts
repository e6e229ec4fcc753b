import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type CliRig, startCliRig } from '../support/cli-rig.ts';
import { differencesFromTruth } from '../support/compare-with-truth.ts';
import { withEmbeddedQuery } from '../support/embedded-query.ts';
import { type TemporaryDirectory, temporaryDirectory } from '../support/temp.ts';

let rig: CliRig;
let folder: TemporaryDirectory;

/** Leads to the embedded store at its default place below the working folder. */
const EMBEDDED = { SUPABASE_URL: '', SUPABASE_SERVICE_KEY: '' };

beforeAll(async () => {
  rig = await startCliRig({ repositories: [{ owner: 'acme', name: 'small', prs: 12 }] });
});

beforeEach(async () => {
  folder = await temporaryDirectory();
  rig.sandbox.reset();
});

afterEach(() => folder.remove());

afterAll(async () => {
  await rig.close();
});

/** Runs in the empty folder and expects a user error: one message, next steps, no stack, nothing written. */
async function refused(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<{ exitCode: number | undefined; message: string; next: readonly string[] }> {
  const before = await readdir(folder.path, { recursive: true });
  const { exitCode, stdout, stderr } = await rig.run(args, { cwd: folder.path, env: { ...EMBEDDED, ...env } });
  expect(stdout).toBe('');
  const [first = '', heading, ...steps] = stderr.trimEnd().split('\n');
  expect(first, stderr).toMatch(/^Error: \S/);
  expect(first).not.toContain('bug');
  expect(heading, stderr).toBe('Next:');
  expect(steps.length, stderr).toBeGreaterThan(0);
  for (const step of steps) expect(step).toMatch(/^ {2}- \S/);
  expect(await readdir(folder.path, { recursive: true })).toEqual(before);
  return { exitCode, message: first.replace('Error: ', ''), next: steps.map((step) => step.slice(4)) };
}

describe('what is no repository', () => {
  test.each([
    [['backfill', 'foo'], 2, /foo/],
    [['backfill', 'a/b/c'], 2, /a\/b\/c/],
    [['backfill', 'acme/'], 2, /acme\//],
    [['backfill'], 2, /missing argument REPOSITORY/],
    [['backfill', 'acme/small', 'acme/other'], 2, /acme\/other/],
    [['backfill', 'verify', 'foo'], 2, /foo/],
    [['backfill', 'acme/nothing'], 2, /acme\/nothing/],
  ])('%j', async (args, exitCode, words) => {
    const answer = await refused(args);
    expect(answer).toMatchObject({ exitCode, message: expect.stringMatching(words) });
  });
});

describe('who may not', () => {
  test('no token', async () => {
    const answer = await refused(['backfill', 'acme/small'], { GITHUB_TOKEN: '' });
    expect(answer.exitCode).toBe(4);
    expect(answer.next.join()).toContain('gh auth login');
    expect(rig.sandbox.counters().requests).toBe(0);
  });

  test('a token that GitHub does not accept', async () => {
    const answer = await refused(['backfill', 'acme/small'], { GITHUB_TOKEN: 'not-a-token' });
    expect(answer).toMatchObject({ exitCode: 4, message: expect.stringContaining('does not accept the token') });
    expect(JSON.stringify(answer)).not.toContain('not-a-token');
  });

  test('a token that may not see the repository', async () => {
    rig.sandbox.tokens.configure('ghp_elsewhere', { repositories: ['acme/other'] });
    const answer = await refused(['backfill', 'acme/small'], { GITHUB_TOKEN: 'ghp_elsewhere' });
    expect(answer).toMatchObject({ exitCode: 2, message: expect.stringContaining('acme/small') });
    expect(answer.next.join()).toMatch(/token/i);
  });
});

describe('flags', () => {
  test.each([
    [['--chunk-size', '0'], '--chunk-size must be a whole number from 1 to 100'],
    [['--chunk-size', '101'], '--chunk-size must be a whole number from 1 to 100'],
    [['--chunk-size', 'x'], '--chunk-size must be a whole number from 1 to 100'],
    [['--max-chunks', '0'], '--max-chunks must be an integer greater than or equal to 1, not "0"'],
    [['--max-chunks', 'x'], '--max-chunks must be an integer, not "x"'],
    [['--max-minutes', '0'], '--max-minutes must be a whole number'],
    [['--since', 'nonsense'], '--since: "nonsense" is not a time'],
    [['--since', '2999-01-01'], '--since: "2999-01-01" is in the future'],
    [['--only', 'nonsense'], '--only must be a list of files, reviews, comments, commits'],
    [['--reserve', '95%'], '--reserve must be a percentage'],
    [['--on-limit', 'panic'], '--on-limit must be one of wait, pause, not "panic"'],
    [['--chunk-sise', '4'], 'unknown flag --chunk-sise'],
  ])('%j', async (flags, words) => {
    const answer = await refused(['backfill', 'acme/small', ...flags]);
    expect(answer).toMatchObject({ exitCode: 2, message: expect.stringContaining(words) });
    expect(rig.sandbox.counters().requests).toBe(0);
  });
});

describe('settings', () => {
  test.each([
    ['backfill:\n  chunkSize: many\n', 'backfill.chunkSize must be a whole number from 1 to 100'],
    ['backfill:\n  chunksize: 5\n', 'did you mean backfill.chunkSize?'],
    ['backfill:\n  chunkSize: [5\n', '.deadzonerc:3:'],
    ['- a list\n', 'must be a map of settings'],
  ])('%j', async (content, words) => {
    await writeFile(join(folder.path, '.deadzonerc'), content);
    const { exitCode, message, next } = await refused(['backfill', 'acme/small']);
    expect(exitCode).toBe(2);
    expect([message, ...next].join('\n')).toContain(words);
    expect([message, ...next].join('\n')).toContain('.deadzonerc');
  });
});

describe('the store', () => {
  test('cannot be kept below a file', async () => {
    await writeFile(join(folder.path, 'file'), 'mine');
    const answer = await refused(['backfill', 'acme/small', '--store', join(folder.path, 'file', 'store')]);
    expect(answer).toMatchObject({ exitCode: 2, message: expect.stringContaining('the store cannot be kept at') });
    expect(answer.next.join()).toContain('--store');
    expect(await readFile(join(folder.path, 'file'), 'utf8')).toBe('mine');
  });

  test("is not made in a folder with somebody else's files", async () => {
    await mkdir(join(folder.path, 'photos'));
    await writeFile(join(folder.path, 'photos', 'cat.jpg'), 'meow');
    const answer = await refused(['backfill', 'acme/small', '--store', 'photos']);
    expect(answer).toMatchObject({ exitCode: 2, message: expect.stringContaining('cat.jpg') });
  });

  test('with a disk that becomes full, with a lost owner file and a damaged lock: nothing captured is lost', async () => {
    const repository = rig.sandbox.repository('acme/small');
    const store = join(folder.path, '.deadzone', 'store');
    const run = (nodeArgs: readonly string[] = []) =>
      rig.run(['backfill', 'acme/small', '--chunk-size', '3', '--plain'], {
        cwd: folder.path,
        env: EMBEDDED,
        nodeArgs,
      });

    // Before anything is there: nothing is begun.
    const none = await run(diskFullAfter(0));
    expect(none.exitCode).toBe(1);
    expect(none.stderr).toContain('Error: there is no space left for the store at');
    expect(none.stderr).toContain('free some space there, then run the command again: it goes on where it stopped');

    // In the middle: what was acknowledged stays.
    const middle = await run(diskFullAfter(12));
    expect(middle.exitCode, middle.stderr).toBe(1);
    expect(middle.stderr).toContain('Error: there is no space left for the store at');

    await writeFile(join(store, 'owner.json'), '{"pid": "nonsense"');
    await writeFile(join(store, 'owner.lock'), 'this is not what it was');
    const damaged = await run();
    expect(damaged.exitCode).toBe(1);
    expect(damaged.stderr).toContain(`Error: the lock file of the store, ${join(store, 'owner.lock')}, is damaged\n`);
    expect(damaged.stderr).toContain(`rm ${join(store, 'owner.lock')}`);
    await rm(join(store, 'owner.lock'));
    const after = await run();
    expect(after.exitCode, after.stderr).toBe(0);
    expect(after.stderr).toContain('completed: acme/small, 12 of 12 pull requests (100%)');
    expect(await withEmbeddedQuery(store, (query) => differencesFromTruth(query, repository))).toEqual([]);
  });
});

/** Lets the system say, from the nth time that it is asked, that the disk has no room left. */
function diskFullAfter(asked: number): readonly string[] {
  const code = `import files from 'node:fs/promises';
    import { syncBuiltinESMExports } from 'node:module';
    const statfs = files.statfs;
    let asked = 0;
    files.statfs = async (...args) => {
      const answer = await statfs(...args);
      return (asked += 1) > ${asked} ? Object.assign(answer, { bavail: 0 }) : answer;
    };
    syncBuiltinESMExports();`;
  return ['--import', `data:text/javascript,${encodeURIComponent(code)}`];
}
