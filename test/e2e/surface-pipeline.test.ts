import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { cleanEnvironment, PROJECT_ROOT } from '../support/cli.ts';

const token = 'ghp_A1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q7r8';

let home: string;
let running: ChildProcessByStdio<null, Readable, Readable> | undefined;

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'capture-cli-probe-'));
});

afterEach(async () => {
  if (running?.exitCode === null) running.kill('SIGKILL');
  running = undefined;
  await rm(home, { recursive: true, force: true });
});

function start(...args: string[]): ChildProcessByStdio<null, Readable, Readable> {
  const probe = join(PROJECT_ROOT, 'test', 'support', 'pipeline-probe.ts');
  const env = { ...cleanEnvironment(home), GITHUB_TOKEN: token, NODE_ENV: 'production' };
  running = spawn(process.execPath, [probe, ...args], { cwd: home, env, stdio: ['ignore', 'pipe', 'pipe'] });
  return running;
}

async function run(...args: string[]): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const child = start(...args);
  const [stdout, stderr, [code]] = await Promise.all([
    textOf(child.stdout),
    textOf(child.stderr),
    once(child, 'close'),
  ]);
  return { code, stdout, stderr };
}

async function textOf(stream: Readable): Promise<string> {
  return Buffer.concat(await stream.toArray()).toString();
}

/** Resolves as soon as the stream has said `words`. */
async function heard(stream: Readable, words: string): Promise<string> {
  let text = '';
  for await (const part of stream.iterator({ destroyOnReturn: false })) {
    text += String(part);
    if (text.includes(words)) return text;
  }
  throw new Error(`the stream ended without ${words}: ${text}`);
}

describe('streams', () => {
  test('the result is on stdout, progress on stderr', async () => {
    const { code, stdout, stderr } = await run('work', '--plain');
    expect(code).toBe(0);
    expect(stdout).toBe('done [redacted]\n');
    expect(stderr).toContain('step 1');
  });

  test('--jsonl is one JSON event a line on stdout', async () => {
    const { stdout } = await run('work', '--jsonl');
    const lines = stdout.trim().split('\n');
    expect(lines.map((line) => JSON.parse(line).event)).toEqual(['notice.raised', 'notice.raised', 'notice.raised']);
  });

  test('--json is one document, with the warnings in it, and silence beside it', async () => {
    const { stdout, stderr } = await run('warn', '--json');
    expect(JSON.parse(stdout)).toEqual({
      steps: 3,
      warnings: ['careful with [redacted]'],
    });
    expect(stderr).toBe('');
  });

  test('--json and --jsonl exclude each other', async () => {
    const { code, stdout } = await run('work', '--json', '--jsonl');
    expect(code).toBe(2);
    expect(JSON.parse(stdout).error).toMatchObject({
      code: 'usage',
      exitCode: 2,
      message: '--jsonl and --json exclude each other',
    });
  });

  test('a reader that goes away is no failure', async () => {
    const child = start('work', '--jsonl', '--count', '100000');
    await heard(child.stdout, 'step 1');
    child.stdout.destroy();
    const [stderr, [code]] = await Promise.all([textOf(child.stderr), once(child, 'close')]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  });
});

describe('Ctrl-C', () => {
  test.each(['SIGINT', 'SIGTERM'] as const)('%s stops the work, says so and exits with 130', async (signal) => {
    const child = start('hang', '--plain');
    await heard(child.stderr, 'step 3');
    child.kill(signal);
    const [stderr, [code]] = await Promise.all([textOf(child.stderr), once(child, 'close')]);
    expect(code).toBe(130);
    expect(stderr).toContain('Stopping. Press Ctrl-C again to stop at once.');
  });

  test('under --json the interruption is the document', async () => {
    const child = start('hang', '--json', '--verbose');
    await heard(child.stderr, 'using');
    child.kill('SIGINT');
    const [stdout, [code]] = await Promise.all([textOf(child.stdout), once(child, 'close')]);
    expect(code).toBe(130);
    expect(JSON.parse(stdout).error).toMatchObject({ code: 'interrupted', exitCode: 130 });
  });
});

describe('failures', () => {
  test('a user error has message and next steps and no stack', async () => {
    const { code, stdout, stderr } = await run('fail');
    expect({ code, stdout, stderr }).toEqual({
      code: 4,
      stdout: '',
      stderr: 'Error: no access with [redacted]\nNext:\n  - ask\n',
    });
  });

  test('under --json it is one document with exactly the stable keys', async () => {
    const { code, stdout, stderr } = await run('fail', '--json');
    expect({ code, stderr }).toEqual({ code: 4, stderr: '' });
    expect(JSON.parse(stdout)).toEqual({
      error: { code: 'no_access', message: 'no access with [redacted]', exitCode: 4, nextSteps: ['ask'] },
    });
  });

  test('anything else is called a bug, with a redacted log that only its owner can read', async () => {
    const { code, stderr } = await run('leak');
    expect(code).toBe(1);
    expect(stderr).toMatch(/this is a bug in capture-cli .*: cannot read \[redacted\] of undefined/);
    expect(stderr).not.toMatch(/^\s+at /m);
    const logs = join(home, 'state', 'capture-cli', 'logs');
    const [name = ''] = await readdir(logs);
    expect(stderr).toContain(join(logs, name));
    expect((await stat(join(logs, name))).mode & 0o777).toBe(0o600);
    const log = await readFile(join(logs, name), 'utf8');
    expect(log).toContain('TypeError: cannot read [redacted] of undefined\n    at ');
    expect(log).not.toContain(token);
  });

  test('wrong arguments are usage, in one line, with the help to read', async () => {
    const missing = await run();
    expect(missing).toMatchObject({ code: 2, stderr: expect.stringContaining('Error: missing argument WHAT\n') });
    const wrong = await run('play');
    expect(wrong.code).toBe(2);
    expect(wrong.stderr).toMatch(/^Error: Expected play to be one of: work, leak/);
    expect(wrong.stderr).toContain('probe --help');
    const number = await run('work', '--count', 'x');
    expect(number).toMatchObject({ code: 2, stderr: expect.stringContaining('integer') });
  });
});

test('no token is in any output, however it ends', async () => {
  for (const args of [
    ['work', '--verbose', '--plain'],
    ['work', '--jsonl', '--verbose'],
    ['warn'],
    ['leak', '--json'],
  ]) {
    const { stdout, stderr } = await run(...args);
    expect(`${stdout}${stderr}`).not.toContain(token);
  }
});
