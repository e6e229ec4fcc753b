import { access, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { type IPty, spawn } from '@lydell/node-pty';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { cleanEnvironment, PROJECT_ROOT } from '../support/cli.ts';

let folder: string;
let terminal: IPty | undefined;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'capture-cli-terminal-'));
});

afterEach(async () => {
  terminal?.kill('SIGKILL');
  terminal = undefined;
  await rm(folder, { recursive: true, force: true });
});

/** Runs the command line on a terminal of its own, typing `answer` when it asks something. */
async function onTerminal(args: readonly string[], answer = '', env: Record<string, string> = {}) {
  const pty = spawn(process.execPath, [join(PROJECT_ROOT, 'bin', 'run.js'), ...args], {
    cwd: folder,
    cols: 200,
    rows: 40,
    env: { ...cleanEnvironment(folder), ...env },
  });
  terminal = pty;
  let screen = '';
  let asked = false;
  pty.onData((text) => {
    screen += text;
    if (asked || !/\[(Y\/n|y\/N)\] /.test(screen)) return;
    asked = true;
    pty.write(`${answer}\r`);
  });
  const exitCode = await new Promise<number>((resolve) => pty.onExit((exit) => resolve(exit.exitCode)));
  terminal = undefined;
  return { exitCode, asked, raw: screen, screen: stripVTControlCharacters(screen) };
}

test('init asks on a terminal, and Enter means yes', async () => {
  const { exitCode, asked } = await onTerminal(['init']);
  expect({ exitCode, asked }).toEqual({ exitCode: 0, asked: true });
  await access(join(folder, '.deadzonerc'));
});

test('init takes no for an answer', async () => {
  const { exitCode, screen } = await onTerminal(['init'], 'n');
  expect(exitCode).toBe(0);
  expect(screen).toContain('Nothing was written.');
  await expect(access(join(folder, '.deadzonerc'))).rejects.toThrow();
});

test('Ctrl-C at a question is an interruption, and the end of the input is a no', async () => {
  const interrupted = await onTerminal(['init'], '\u0003');
  expect(interrupted.exitCode).toBe(130);
  expect(interrupted.screen).toMatch(/\[Y\/n\] [\r\n]+Error: interrupted by Ctrl-C[\r\n]/);
  const ended = await onTerminal(['init'], '\u0004');
  expect(ended.exitCode).toBe(0);
  expect(ended.screen).toMatch(/\[Y\/n\] [\r\n]+Nothing was written\./);
  await expect(access(join(folder, '.deadzonerc'))).rejects.toThrow();
});

test('init asks before it overwrites, and Enter means no', async () => {
  await writeFile(join(folder, '.deadzonerc'), 'mine');
  const { screen } = await onTerminal(['init']);
  expect(screen).toContain('Overwrite it? [y/N]');
  expect(await readFile(join(folder, '.deadzonerc'), 'utf8')).toBe('mine');
});

test.each([
  [['init', '--yes'], {}],
  [['init'], { CI: 'true' }],
] as const)('%j with %j does not ask', async (args, env) => {
  const { exitCode, asked } = await onTerminal(args, '', env);
  expect({ exitCode, asked }).toEqual({ exitCode: 0, asked: false });
});

test('an unknown command does not ask on a terminal either', async () => {
  const { exitCode, asked, screen } = await onTerminal(['docter']);
  expect({ exitCode, asked }).toEqual({ exitCode: 2, asked: false });
  expect(screen).toContain('did you mean `capture-cli doctor`?');
});

test('colour is on for a terminal and off with NO_COLOR', async () => {
  const esc = String.fromCharCode(27);
  expect((await onTerminal(['docter'])).raw).toContain(`${esc}[31m`);
  expect((await onTerminal(['docter'], '', { NO_COLOR: '1' })).raw).not.toContain(`${esc}[31m`);
});
