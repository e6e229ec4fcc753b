import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { SETTING_KEYS, SETTINGS } from '../../src/lib/config/settings.ts';
import { EXIT_CODE_MEANINGS } from '../../src/lib/exit-codes.ts';
import { SECRET_ENVIRONMENT_VARIABLES } from '../../src/lib/redact.ts';
import { PROJECT_ROOT, runCli } from '../support/cli.ts';

const packageJson = JSON.parse(await readFile(join(PROJECT_ROOT, 'package.json'), 'utf8'));
const ESCAPE = String.fromCharCode(27);

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'capture-cli-surface-'));
});

afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

/** Makes node say that it is another version, before anything of ours runs. */
function pretending(version: string): string[] {
  const code = `Object.defineProperty(process.versions, 'node', { value: '${version}' })`;
  return ['--import', `data:text/javascript,${encodeURIComponent(code)}`];
}

describe('the Node that runs it', () => {
  test.each(['16.20.2', '20.20.2', '22.17.1'])('%s is refused in one line that says what to do', async (version) => {
    const { exitCode, stdout, stderr } = await runCli(['--version'], { nodeArgs: pretending(version) });
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toMatch(/^[^\n]+\n$/);
    expect(stderr).toContain(`needs Node 22.18 or newer and was started by Node ${version}`);
    expect(stderr).toContain('https://nodejs.org');
  });

  test.each(['22.18.0', '24.0.0'])('%s is accepted', async (version) => {
    const { exitCode } = await runCli(['--version'], { nodeArgs: pretending(version) });
    expect(exitCode).toBe(0);
  });

  test('is the one that package.json asks for', async () => {
    expect(packageJson.engines.node).toBe('>=22.18.0');
    expect(await readFile(join(PROJECT_ROOT, 'bin', 'run.js'), 'utf8')).toContain('REQUIRED = [22, 18]');
  });

  test('only its warning about SQLite is silenced', async () => {
    const code =
      "process.once('exit', () => {}); setImmediate(() => { process.getBuiltinModule('node:sqlite'); process.emitWarning('other', 'ExperimentalWarning'); })";
    const nodeArgs = ['--import', `data:text/javascript,${encodeURIComponent(code)}`];
    const { stderr } = await runCli(['--version'], { nodeArgs });
    expect(stderr).toContain('ExperimentalWarning: other');
    expect(stderr).not.toContain('SQLite');
  });
});

describe('help', () => {
  test('--version is name, version, platform and Node on stdout', async () => {
    const { exitCode, stdout, stderr } = await runCli(['--version']);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(stdout).toMatch(new RegExp(`^capture-cli/${packageJson.version} \\S+ node-v\\d+\\S*\\n$`));
  });

  test('root help lists commands, the exit codes and where every environment variable is listed', async () => {
    const { exitCode, stdout } = await runCli(['--help']);
    expect(exitCode).toBe(0);
    const { stdout: environment } = await runCli(['help', 'environment']);
    for (const key of SETTING_KEYS) expect(environment).toContain(SETTINGS[key].env);
    for (const name of ['GITHUB_TOKEN', 'SUPABASE_SERVICE_KEY', 'NO_COLOR', 'doctor', 'init', 'help environment'])
      expect(stdout).toContain(name);
    for (const code of Object.keys(EXIT_CODE_MEANINGS)) expect(stdout).toMatch(new RegExp(`^ {2}${code} `, 'm'));
    expect((await runCli([])).stdout).toBe(stdout);
    expect((await runCli(['help'])).stdout).toBe(stdout);
  });
});

const REGISTRY = join('test', 'fixtures', 'doc-registry', 'libraries_sources.yaml');

test.each([['--version'], ['doctor', '--help'], ['--help'], ['list', `--registry=${join(PROJECT_ROOT, REGISTRY)}`]])(
  '%s %s starts without what it does not need',
  async (...args) => {
    const code = `
    import { registerHooks } from 'node:module';
    const loaded = [];
    registerHooks({ load: (url, context, next) => (loaded.push(url), next(url, context)) });
    process.on('exit', () => console.error(loaded.join('\\n')));`;
    const nodeArgs = ['--import', `data:text/javascript,${encodeURIComponent(code)}`];
    const { stderr } = await runCli(args.filter(Boolean), { nodeArgs });
    expect(stderr).toContain('@oclif/core');
    for (const heavy of [
      'zod',
      'cosmiconfig',
      'ink',
      'react',
      '@supabase',
      'execa',
      'plugin-autocomplete/lib',
      'plugin-help/lib',
    ]) {
      expect(stderr).not.toContain(`/node_modules/${heavy.startsWith('plugin') ? '@oclif/' : ''}${heavy}`);
    }
  },
);

describe('what is not known', () => {
  test.each([
    [['docter'], 'docter is not a capture-cli command', 'did you mean `capture-cli doctor`?'],
    [
      ['backfill', 'stauts'],
      'backfill stauts is not a capture-cli command',
      'did you mean `capture-cli backfill status`?',
    ],
    [['docter', '--help'], 'docter is not a capture-cli command', 'did you mean `capture-cli doctor`?'],
    [['help', 'docter'], 'docter is not a capture-cli command', 'did you mean `capture-cli doctor`?'],
    [['zebra'], 'zebra is not a capture-cli command', 'see `capture-cli --help`'],
    [['doctor', 'now'], 'unexpected argument now', 'see `capture-cli doctor --help`'],
    [['doctor', '--verbos'], 'unknown flag --verbos', 'did you mean --verbose?'],
    [['doctor', '--stor=x'], 'unknown flag --stor=x', 'did you mean --store?'],
    [['init', '--config'], 'Flag --config expects a value', 'see `capture-cli init --help`'],
  ])('%j', async (args, message, step) => {
    const { exitCode, stdout, stderr } = await runCli(args);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr.split('\n')[0]).toBe(`Error: ${message}`);
    expect(stderr).toContain(`  - ${step}\n`);
  });

  test.each([
    [['docter', '--json'], 'unknown_command'],
    [['doctor', '--json', '--verbos'], 'unknown_flag'],
  ])('%j is one JSON document', async (args, code) => {
    const { exitCode, stdout, stderr } = await runCli(args);
    expect({ exitCode, stderr }).toEqual({ exitCode: 2, stderr: '' });
    const { error } = JSON.parse(stdout);
    expect(Object.keys(error)).toEqual(['code', 'message', 'exitCode', 'nextSteps']);
    expect(error).toMatchObject({ code, exitCode: 2 });
  });
});

describe('colour', () => {
  test.each([
    [{ FORCE_COLOR: '1' }, [], true],
    [{}, [], false],
    [{ FORCE_COLOR: '1', NO_COLOR: '1' }, [], false],
    [{ FORCE_COLOR: '1' }, ['--no-color'], false],
    [{ FORCE_COLOR: '0' }, [], false],
    [{ TERM: 'dumb' }, [], false],
  ])('with %j and %j: %s', async (env, flags, coloured) => {
    const { stderr } = await runCli(['doctor', '--config', 'none', ...flags, '--bad-flag'], { env });
    expect(stderr.includes(ESCAPE)).toBe(coloured);
    expect(stripVTControlCharacters(stderr)).toContain('Error: unknown flag --bad-flag');
  });
});

describe('configuration', () => {
  test.each([
    ['.deadzonerc', 'backfill: { chunksize: 5 }', 'did you mean backfill.chunkSize?'],
    ['.deadzonerc.json', '{"backfill": {', '.deadzonerc.json:1:'],
    ['.deadzonerc', 'github: { token: hunter2hunter2 }', 'environment only'],
  ])('%s with %s is told by doctor', async (name, content, words) => {
    await writeFile(join(folder, name), content);
    const { exitCode, stdout } = await runCli(['doctor'], { cwd: folder });
    expect(exitCode).toBe(1);
    expect(stdout).toContain(words);
    expect(stdout).not.toContain('hunter2');
  });

  test('every secret variable is known to the redactor', () => {
    expect(SECRET_ENVIRONMENT_VARIABLES).toEqual(
      expect.arrayContaining(['GITHUB_TOKEN', 'GH_TOKEN', 'SUPABASE_SERVICE_KEY', 'SUPABASE_SECRET_KEY']),
    );
  });
});

describe('init', () => {
  test('writes the example and says what comes next', async () => {
    const { exitCode, stdout, stderr } = await runCli(['init'], { cwd: folder });
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(stdout).toContain(join(folder, '.deadzonerc'));
    expect(stdout).toContain('$ capture-cli doctor');
    const written = await readFile(join(folder, '.deadzonerc'), 'utf8');
    expect(written).toBe(await readFile(join(PROJECT_ROOT, '.deadzonerc.example'), 'utf8'));
  });

  test('never overwrites without --force, not even with --yes', async () => {
    await writeFile(join(folder, '.deadzonerc'), 'mine');
    const refused = await runCli(['init', '--yes', '--json'], { cwd: folder });
    expect(refused.exitCode).toBe(2);
    expect(JSON.parse(refused.stdout).error).toMatchObject({ code: 'config_exists' });
    expect(await readFile(join(folder, '.deadzonerc'), 'utf8')).toBe('mine');
    expect((await runCli(['init', '--force'], { cwd: folder })).exitCode).toBe(0);
    expect(await readFile(join(folder, '.deadzonerc'), 'utf8')).toContain('chunkSize: 25');
  });
});
