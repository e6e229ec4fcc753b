import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { PIPELINES } from '../../src/lib/actions/catalogue/catalogue.ts';
import { PROJECT_ROOT, runCli } from '../support/cli.ts';
import { type TemporaryDirectory, temporaryDirectory } from '../support/temp.ts';

const BAD = join(PROJECT_ROOT, 'test', 'fixtures', 'bad-workflows');
const FILE = '.github/workflows/progressive-backfill.yml';
const SHIPPED = PIPELINES.flatMap(({ workflows }) => workflows);
const PACK = PIPELINES.filter(({ needs }) => needs === 'registry')
  .flatMap(({ workflows }) => workflows)
  .map((file) => `.github/workflows/${file}`);

let repository: TemporaryDirectory;

beforeEach(async () => {
  repository = await temporaryDirectory();
  await mkdir(join(repository.path, '.git'));
});

afterEach(() => repository.remove());

const cli = (...args: string[]) => runCli(args, { cwd: repository.path });
const configured = (content: string) => writeFile(join(repository.path, '.deadzonerc'), content);

describe('workflows check', () => {
  test('passes on what this project ships', async () => {
    const { exitCode, stdout, stderr } = await runCli(['workflows', 'check'], { cwd: PROJECT_ROOT });
    expect({ exitCode, stdout, stderr }).toEqual({
      exitCode: 0,
      stdout: '',
      stderr: `${SHIPPED.length} workflows checked, nothing found\n`,
    });
  });

  test('names file, line and column of what is wrong, and fails', async () => {
    for (const name of ['action-by-tag.yml', 'input-in-script.yml']) {
      await cp(join(BAD, name), join(repository.path, 'bad', name));
    }
    const { exitCode, stdout, stderr } = await cli('workflows', 'check', 'bad');
    expect(exitCode).toBe(1);
    expect(stdout.split('\n')).toEqual([
      expect.stringMatching(/^bad\/action-by-tag\.yml:29:15: actions\/checkout@v7\.0\.1 is not pinned: .* \(pinned\)$/),
      expect.stringMatching(/^bad\/input-in-script\.yml:35:50: the expression inputs\.subject .* \(run-expression\)$/),
      '',
    ]);
    expect(stderr).toBe('2 workflows checked, 2 found\n');
  });

  test('annotates the lines in a job of GitHub Actions', async () => {
    const file = join(BAD, 'write-without-reason.yml');
    const { stdout } = await runCli(['workflows', 'check', file], { env: { GITHUB_ACTIONS: 'true' } });
    expect(stdout).toContain(`\n::error file=${file},line=28,col=7,title=permissions::actions: write does not say`);
  });

  test('--json has every finding', async () => {
    const { exitCode, stdout } = await cli('workflows', 'check', join(BAD, 'no-run-name.yml'), '--json');
    expect(exitCode).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      files: [join(BAD, 'no-run-name.yml')],
      findings: [{ line: 1, column: 1, rule: 'run-name' }],
    });
  });

  test('with nothing installed it says how to install', async () => {
    const { exitCode, stderr } = await cli('workflows', 'check');
    expect(exitCode).toBe(2);
    expect(stderr).toContain('write them with `capture-cli workflows install`');
  });
});

describe('workflows install', () => {
  test('writes what passes the check, and tells the secrets by the names of the settings', async () => {
    await configured('actions: { repository: acme/jobs, owner: acme, supabaseUrlSecret: ACME_URL }');
    const installed = await cli('workflows', 'install');
    expect({ exitCode: installed.exitCode, stderr: installed.stderr }).toEqual({ exitCode: 0, stderr: '' });
    for (const line of [
      `Wrote ${join(repository.path, FILE)}`,
      '  $ gh secret set ACME_URL --repo acme/jobs',
      '  $ gh secret set SUPABASE_SERVICE_KEY --repo acme/jobs',
      '  $ gh variable set CAPTURE_APP_ID --repo acme/jobs',
      '  $ capture-cli workflows check',
      '  $ capture-cli backfill OWNER/REPO --remote --dispatch-repo acme/jobs',
    ]) {
      expect(installed.stdout.split('\n')).toContain(line);
    }
    expect(await cli('workflows', 'check')).toMatchObject({ exitCode: 0, stdout: '' });
    const listed = await cli('workflows', 'list', '--json');
    // What is missing lacks something: an installation would not write it.
    expect(listed.stderr).toBe('');
    const { workflows } = JSON.parse(listed.stdout);
    expect(workflows[0]).toMatchObject({ commands: ['backfill'], path: FILE, state: 'current' });
    expect(workflows.slice(1)).toMatchObject(
      SHIPPED.slice(1).map((file) => ({
        state: 'missing',
        lacks: file === 'installs-cache.yml' ? 'counters' : 'registry',
      })),
    );
  });

  test('writes what a repository has a registry or counters for, or what is asked for', async () => {
    const pack = JSON.parse((await cli('workflows', 'install', 'scrape', '--json')).stdout);
    expect(pack.written).toEqual(PACK);
    expect(pack.needed).toContainEqual({ kind: 'secret', name: 'OPENAI_API_KEY', needed: 'openai' });
    await writeFile(join(repository.path, 'libraries_sources.yaml'), 'libraries: []\n');
    await configured('installs: { npm: [acme] }');
    const all = JSON.parse((await cli('workflows', 'install', '--json')).stdout);
    expect(all).toMatchObject({ written: [FILE, '.github/workflows/installs-cache.yml'], unchanged: PACK });
    expect((await cli('workflows', 'install', 'cache refresh')).stdout).toContain('installs-cache.yml is up to date');
    expect((await cli('workflows', 'check')).stderr).toBe(`${SHIPPED.length} workflows checked, nothing found\n`);
    expect((await cli('workflows', 'list')).stdout).toContain(
      'scrape, consolidate, dbrelease: doc pack of libraries\n',
    );
    const unknown = await cli('workflows', 'install', 'scrap');
    expect(unknown).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('did you mean scrape?') });
  });

  test('shows a difference, refuses to lose an edit, and obeys --force', async () => {
    await cli('workflows', 'install');
    const mine = (await readFile(join(repository.path, FILE), 'utf8')).replace('default: 25', 'default: 50');
    await writeFile(join(repository.path, FILE), mine);
    const diff = await cli('workflows', 'install', '--diff');
    expect(diff.stdout).toContain('\n-        default: 50\n+        default: 25\n');
    const refused = await cli('workflows', 'install', '--update', '--json');
    expect(refused.exitCode).toBe(2);
    expect(JSON.parse(refused.stdout).error).toMatchObject({ code: 'workflow_edited' });
    expect(await readFile(join(repository.path, FILE), 'utf8')).toBe(mine);
    const edited = await cli('workflows', 'list');
    expect(edited.stdout).toMatch(/progressive-backfill\.yml +installed, with local edits\n/);
    expect(edited.stderr).toBe('Next: capture-cli workflows install --diff\n');
    expect((await cli('workflows', 'install', '--force')).exitCode).toBe(0);
    expect((await cli('workflows', 'list')).stdout).toMatch(/progressive-backfill\.yml +installed\n/);
  });
});

test('every shipped workflow is in the package, and calls the version that it comes with', async () => {
  const { files, version } = JSON.parse(await readFile(join(PROJECT_ROOT, 'package.json'), 'utf8'));
  expect(files.filter((file: string) => file.endsWith('.yml')).sort()).toEqual(
    SHIPPED.map((file) => `.github/workflows/${file}`).sort(),
  );
  for (const file of SHIPPED) {
    const text = await readFile(join(PROJECT_ROOT, '.github', 'workflows', file), 'utf8');
    for (const [called] of text.matchAll(/capture-cli@\S+/g)) expect(called).toBe(`capture-cli@${version}`);
  }
});
