import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { PIPELINES } from '../../../src/lib/actions/catalogue/catalogue.ts';
import { checkoutRoot } from '../../../src/lib/actions/workflows/checkout.ts';
import {
  type InstallationSource,
  inspectWorkflows,
  workflowsToWrite,
  writeWorkflows,
} from '../../../src/lib/actions/workflows/installation.ts';
import { installationDiff } from '../../../src/lib/actions/workflows/installation-diff.ts';
import { neededValues, type WorkflowNames, withNames } from '../../../src/lib/actions/workflows/names.ts';
import { unifiedDiff } from '../../../src/lib/actions/workflows/unified-diff.ts';
import { PROJECT_ROOT } from '../../support/cli.ts';
import { type TemporaryDirectory, temporaryDirectory } from '../../support/temp.ts';

const NAMES: WorkflowNames = {
  tokenSecret: 'CAPTURE_GITHUB_TOKEN',
  appIdVariable: 'CAPTURE_APP_ID',
  privateKeySecret: 'CAPTURE_APP_PRIVATE_KEY',
  installationIdVariable: 'CAPTURE_APP_INSTALLATION_ID',
  owner: undefined,
  supabaseUrlSecret: 'SUPABASE_URL',
  supabaseKeySecret: 'SUPABASE_SERVICE_KEY',
  scheduleVariable: 'CAPTURE_REPOSITORY',
};
const SOURCE: InstallationSource = {
  shipped: join(PROJECT_ROOT, '.github', 'workflows'),
  names: NAMES,
  version: '1.2.3',
};
const FILE = join('.github', 'workflows', 'progressive-backfill.yml');
const BACKFILL = PIPELINES.filter(({ commands }) => commands.includes('backfill'));
const CAREFUL = { update: false, force: false };

let repository: TemporaryDirectory;

beforeEach(async () => {
  repository = await temporaryDirectory();
  await mkdir(join(repository.path, '.git'));
});

afterEach(() => repository.remove());

async function install(source = SOURCE, choice = CAREFUL): Promise<string> {
  const workflows = await inspectWorkflows(repository.path, source, BACKFILL);
  await writeWorkflows(repository.path, workflowsToWrite(workflows, choice));
  return await installed();
}

const installed = (): Promise<string> => readFile(join(repository.path, FILE), 'utf8');
const states = async (source = SOURCE) =>
  (await inspectWorkflows(repository.path, source, BACKFILL)).map(({ state }) => state);

describe('what is written', () => {
  test('calls this version and reads the names of the settings', async () => {
    const names = { ...NAMES, owner: 'acme', tokenSecret: 'ACME_TOKEN', scheduleVariable: 'ACME_REPOSITORY' };
    const text = await install({ ...SOURCE, names });
    expect(new Set(text.match(/capture-cli@\S+/g))).toEqual(new Set(['capture-cli@1.2.3']));
    expect(text).toContain('secrets.ACME_TOKEN || github.token');
    expect(text).not.toMatch(/CAPTURE_(GITHUB_TOKEN|REPOSITORY)/);
    expect(text).toContain("{ github.repository_owner == 'acme' && (inputs.repository || vars.ACME_REPOSITORY) }}\n");
    expect(await readdir(join(repository.path, '.github', 'workflows'))).toEqual(['progressive-backfill.yml']);
  });

  test('names may change places', () => {
    const swapped = { ...NAMES, supabaseUrlSecret: 'SUPABASE_SERVICE_KEY', supabaseKeySecret: 'SUPABASE_URL' };
    const text = 'secrets.SUPABASE_URL secrets.SUPABASE_SERVICE_KEY secrets.SUPABASE_URL_OLD vars.SUPABASE_URL';
    expect(withNames(text, swapped)).toBe(
      'secrets.SUPABASE_SERVICE_KEY secrets.SUPABASE_URL secrets.SUPABASE_URL_OLD vars.SUPABASE_URL',
    );
  });

  test('every secret and variable that it reads is told, and no other', async () => {
    const text = await install();
    const read = [...new Set(text.match(/\b(?:secrets|vars)\.\w+/g))].sort();
    const told = neededValues([text], NAMES).map(
      ({ kind, name }) => `${kind === 'secret' ? 'secrets' : 'vars'}.${name}`,
    );
    expect(told.sort()).toEqual(read);
    expect(neededValues(['secrets.SUPABASE_URL'], NAMES)).toEqual([
      { kind: 'secret', name: 'SUPABASE_URL', needed: 'always' },
    ]);
  });
});

describe('what is there', () => {
  test('goes from missing to current, and stays when it is installed again', async () => {
    expect(await states()).toEqual(['missing']);
    const text = await install();
    expect(await states()).toEqual(['current']);
    expect(await install()).toBe(text);
  });

  test('is known again with the line ends of Windows, and without the header', async () => {
    const text = await install();
    await writeFile(join(repository.path, FILE), text.replaceAll('\n', '\r\n'));
    expect(await states()).toEqual(['current']);
    await writeFile(join(repository.path, FILE), text.split('\n').slice(2).join('\n'));
    expect(await states()).toEqual(['current']);
  });

  test('of another version is replaced with --update only', async () => {
    const old = await install();
    const newer = { ...SOURCE, version: '2.0.0' };
    expect(await states(newer)).toEqual(['outdated']);
    await expect(install(newer)).rejects.toMatchObject({ code: 'workflow_outdated', exitCode: 2 });
    expect(await installed()).toBe(old);
    expect(await install(newer, { update: true, force: false })).toContain('capture-cli@2.0.0');
  });

  test.each([
    ['edited', (text: string) => text.replace('timeout-minutes: 15', 'timeout-minutes: 30')],
    ["edited with somebody else's hash", (text: string) => `${text.slice(0, 300)}\n${text.slice(300)}`],
    ['written by hand', () => 'on: push\njobs: {}\n'],
  ])('%s is never replaced without --force', async (_, edit) => {
    const mine = edit(await install());
    await writeFile(join(repository.path, FILE), mine);
    expect(await states()).toEqual(['edited']);
    await expect(install()).rejects.toMatchObject({ code: 'workflow_edited', exitCode: 2 });
    await expect(install(SOURCE, { update: true, force: false })).rejects.toMatchObject({ code: 'workflow_edited' });
    expect(await installed()).toBe(mine);
    await install(SOURCE, { update: false, force: true });
    expect(await states()).toEqual(['current']);
  });
});

test('--diff is a patch that git applies', async () => {
  const before = await install();
  await writeFile(
    join(repository.path, FILE),
    before.replace('default: 25', 'default: 30').replace(/\n +verify:\n/, '\n'),
  );
  const patch = installationDiff(await inspectWorkflows(repository.path, SOURCE, BACKFILL)).join('\n');
  expect(patch).toContain('-        default: 30\n+        default: 25\n');
  const applying = await execa('git', ['apply', '-'], { cwd: repository.path, input: `${patch}\n`, reject: false });
  expect({ exitCode: applying.exitCode, stderr: applying.stderr }).toEqual({ exitCode: 0, stderr: '' });
  expect(await installed()).toBe(before);
});

test('differences are told as diff -u tells them', () => {
  expect(unifiedDiff('same\n', 'same\n')).toEqual([]);
  expect(unifiedDiff('', 'new\n')).toEqual(['@@ -0,0 +1,1 @@', '+new']);
  const lines = Array.from({ length: 20 }, (_, line) => `line ${line + 1}`);
  const changed = lines.with(1, 'second').toSpliced(17, 1).join('\n');
  expect(unifiedDiff(lines.join('\n'), changed)).toEqual([
    '@@ -1,5 +1,5 @@',
    ' line 1',
    '-line 2',
    '+second',
    ' line 3',
    ' line 4',
    ' line 5',
    '@@ -15,6 +15,5 @@',
    ' line 15',
    ' line 16',
    ' line 17',
    '-line 18',
    ' line 19',
    ' line 20',
  ]);
});

test('the root of a checkout is found from below, and its absence is told', async () => {
  const below = join(repository.path, 'deep', 'down');
  await mkdir(below, { recursive: true });
  expect(await checkoutRoot(below)).toBe(repository.path);
  const elsewhere = await temporaryDirectory();
  await expect(checkoutRoot(elsewhere.path)).rejects.toMatchObject({ code: 'not_a_checkout', exitCode: 2 });
  await elsewhere.remove();
});
