import { createHash } from 'node:crypto';
import { copyFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { cleanEnvironment, PROJECT_ROOT, runCli } from '../support/cli.ts';
import { type TemporaryDirectory, temporaryDirectory } from '../support/temp.ts';
import { openTerminal } from '../support/terminal.ts';

/** The registry as deadzone ships it. */
const SHIPPED = join(PROJECT_ROOT, 'test', 'fixtures', 'doc-registry', 'libraries_sources.yaml');

let folder: TemporaryDirectory;

beforeAll(async () => {
  folder = await temporaryDirectory();
});

afterAll(() => folder.remove());

test('the list of the shipped registry is, on a pipe, byte for byte what deadzone prints', async () => {
  const { stdout, stderr, exitCode } = await runCli(['list', '--registry', SHIPPED, '--json']);
  expect({ stderr, exitCode, bytes: Buffer.byteLength(stdout) }).toEqual({ stderr: '', exitCode: 0, bytes: 40_283 });
  const sha256 = createHash('sha256').update(stdout).digest('hex');
  expect(sha256).toBe('10a4b6fa4313a9f9f0ffa98301c70b0b20e83d2cd8fda02f0c778a869f15148b');
});

test('piped it is a line for each slot, on a terminal a table', async () => {
  const args = ['list', '--registry', SHIPPED, '--lib', '/hashicorp/terraform/1.14'];
  const line =
    '/hashicorp/terraform\t1.14\thashicorp_terraform_1.14\t927f94ce812a638a8cd051ff90ed85942952247cfb04bafe6ef35cc71c093bb8\n';
  expect((await runCli(args)).stdout).toBe(line);
  const file = process.execPath;
  const env = cleanEnvironment(folder.path);
  const terminal = openTerminal({ file, args: [join(PROJECT_ROOT, 'bin', 'run.js'), ...args], env, cwd: folder.path });
  await terminal.exited;
  expect(terminal.text()).toMatch(
    /^LIBRARY +VERSION +KIND +PAGES\n\/hashicorp\/terraform +1\.14 +github-md +(\d+)\n\n1 library, 1 slot, \1 pages$/,
  );
  await terminal.close();
});

test('a matrix gets batches of at most 256, as outputs of a step', async () => {
  const output = join(folder.path, 'output');
  const entries = Array.from(
    { length: 300 },
    (_, index) => `  - {lib_id: /l/${index}, kind: godoc, urls: ["https://h/"]}`,
  );
  const registry = join(folder.path, 'large.yaml');
  await writeFile(registry, `libraries:\n${entries.join('\n')}\n`);
  await writeFile(output, 'earlier=1\n');
  // As a workflow passes inputs that nobody set.
  const unset = ['--lib', '', '--version', '', '--changed-since', ''];
  const args = ['list', '--registry', registry, '--batches', '--github-output', ...unset];
  const { stdout } = await runCli(args, { env: { GITHUB_OUTPUT: output } });
  const [earlier, libs = '', batches = ''] = (await readFile(output, 'utf8')).trimEnd().split('\n');
  expect(earlier).toBe('earlier=1');
  expect(`${batches}\n`).toBe(`batches=${stdout}`);
  expect(JSON.parse(libs.slice('libs='.length))).toHaveLength(300);
  const parts: { batch_id: number; libs: { lib_id: string }[] }[] = JSON.parse(stdout);
  expect(parts.map((part) => [part.batch_id, part.libs.length, part.libs[0]?.lib_id])).toEqual([
    [0, 256, '/l/0'],
    [1, 44, '/l/256'],
  ]);
  expect(stdout).toBe(`${JSON.stringify(parts)}\n`);
  expect(await runCli(args)).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining('GITHUB_OUTPUT is not set'),
  });
});

test('--signals is the line that the cache keys of deadzone have, and another for another embedder', async () => {
  const nomic =
    '{"schema_version":5,"embedder_signature":"5355f97f5ab70d53b2f89ab4fe51a284d0ef625e38bd78818362e853b212cdf3"}\n';
  const [deadzone, ours] = await Promise.all([
    runCli(['list', '--signals', '--embedder', 'nomic', '--json']),
    runCli(['list', '--signals']),
  ]);
  expect(deadzone.stdout).toBe(nomic);
  expect(ours.stdout).toMatch(/^\{"schema_version":5,"embedder_signature":"[0-9a-f]{64}"\}\n$/);
  expect(ours.stdout).not.toBe(nomic);
});

test('--changed-since lists what another git revision does not have', async () => {
  const git = (...args: readonly string[]) =>
    execa('git', ['-c', 'user.name=x', '-c', 'user.email=x@example.com', ...args], { cwd: folder.path });
  const registry = join(folder.path, 'libraries_sources.yaml');
  await git('init', '--quiet');
  await git('commit', '--quiet', '--allow-empty', '--message', 'before the registry');
  await copyFile(SHIPPED, registry);
  await git('add', 'libraries_sources.yaml');
  await git('commit', '--quiet', '--message', 'registry');
  const edited = (await readFile(SHIPPED, 'utf8'))
    .replace('\n      "1.4": { ref: v1.4.1 }', '\n      "1.4": { ref: v1.4.2 }')
    .replace('description: Python web framework', 'description: A Python web framework');
  await writeFile(registry, `${edited}\n  - {lib_id: /new/one, kind: godoc, urls: ["https://h/"]}\n`);
  const since = async (revision: string) => {
    const { stdout, stderr, exitCode } = await runCli(['list', '--changed-since', revision], { cwd: folder.path });
    return {
      slots: stdout
        .split('\n')
        .filter(Boolean)
        .map((line) => line.split('\t').slice(0, 2).join(' ')),
      stderr,
      exitCode,
    };
  };
  expect(await since('HEAD')).toEqual({
    slots: ['/modelcontextprotocol/go-sdk 1.4', '/new/one '],
    stderr: '',
    exitCode: 0,
  });
  const all = await since('HEAD~1');
  expect(all.slots).toHaveLength(254);
  expect(all.stderr).toContain('HEAD~1 has no libraries_sources.yaml');
  for (const revision of ['nowhere', '--output=/tmp/x']) {
    const refused = await runCli(['list', `--changed-since=${revision}`], { cwd: folder.path });
    expect(refused).toMatchObject({
      exitCode: 2,
      stdout: '',
      stderr: expect.stringContaining(`"${revision}" is not a revision`),
    });
  }
});

test('a registry with mistakes is refused, also for programs, with exit 2', async () => {
  const registry = join(folder.path, 'bad.yaml');
  await writeFile(registry, 'libraries:\n  - lib_id: /a/b\n    kind: markdown\n    urls: [ftp://h/]\n');
  const { stdout, exitCode } = await runCli(['list', '--registry', registry, '--json']);
  const { error } = JSON.parse(stdout);
  expect({ exitCode, code: error.code }).toEqual({ exitCode: 2, code: 'registry_invalid' });
  expect(error.message).toContain(`(${registry}:3:11)`);
  expect(error.message).toContain(`(${registry}:4:12)`);
  const missing = await runCli(['list'], { cwd: folder.path, env: { DEADZONE_DOCS_REGISTRY: 'none.yaml' } });
  expect(missing).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining('read config none.yaml: '),
  });
});
