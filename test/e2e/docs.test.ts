import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { EXIT, EXIT_CODE_MEANINGS } from '../../src/lib/exit-codes.ts';
import { PROJECT_ROOT } from '../support/cli.ts';

/** As far as oclif's manifest is used here. */
const manifestShape = z.object({
  commands: z.record(
    z.string(),
    z.object({
      args: z.record(z.string(), z.object({ required: z.boolean().optional() })),
      flags: z.record(
        z.string(),
        z.object({
          char: z.string().optional(),
          type: z.enum(['option', 'boolean']),
          options: z.array(z.string()).optional(),
          allowNo: z.boolean().optional(),
        }),
      ),
    }),
  ),
});
type Command = z.infer<typeof manifestShape>['commands'][string];

const { commands } = manifestShape.parse(JSON.parse(read('oclif.manifest.json')));
const { scripts } = z.object({ scripts: z.record(z.string(), z.string()) }).parse(JSON.parse(read('package.json')));
const pages = ['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', ...globSync('docs/**/*.md', { cwd: PROJECT_ROOT })];
const texts = pages.map((page) => ({ page, text: read(page) }));

function read(file: string): string {
  return readFileSync(join(PROJECT_ROOT, file), 'utf8');
}

/** What is set as code: whole lines of fenced blocks, and spans. */
function codeOf(text: string): readonly string[] {
  const blocks = [...text.matchAll(/^ *```(?:sh|text)\n(.*?)^ *```$/gms)].flatMap(([, block = '']) =>
    block.replaceAll(/\\\n\s*/g, '').split('\n'),
  );
  const prose = text.replaceAll(/^ *```.*?^ *```$/gms, '');
  return [...blocks, ...[...prose.matchAll(/`([^`]+)`/g)].map(([, span = '']) => span)];
}

/** The words of a line's call of the program, up to a pipe, a comment or another command; undefined when there is none. */
function callOf(line: string): readonly string[] | undefined {
  const [, rest] = /^(?:\s*\$ |\s*)(?:npx )?capture-cli(?: (.*))?$/.exec(line) ?? [];
  const call = rest?.replace(/\s+(#|\||&&|<|>|…).*$/, '').trim();
  return call === undefined ? undefined : (call.match(/(?:'[^']*'|"[^"]*"|[^\s'"])+/g) ?? ['']);
}

const flagOf = (command: Command, word: string) =>
  Object.entries(command.flags).find(
    ([name, { char, allowNo }]) => word === `--${name}` || word === `-${char}` || (allowNo && word === `--no-${name}`),
  )?.[1];

/** What is wrong with a call, in words; undefined when it parses. */
function problemOf(words: readonly string[]): string | undefined {
  if (words.every((word) => ['--help', '--version', ''].includes(word))) return undefined;
  if (words.join(' ') === 'help environment') return undefined;
  const length = [2, 1].find((count) => commands[words.slice(0, count).join(':')] !== undefined);
  const command = length === undefined ? undefined : commands[words.slice(0, length).join(':')];
  if (length === undefined || command === undefined) return 'no such command';
  const values: string[] = [];
  const rest = words.slice(length);
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    if (!word.startsWith('-')) {
      values.push(word);
      continue;
    }
    if (word === '--help') continue;
    const [name = '', attached] = word.split('=');
    const flag = flagOf(command, name);
    if (flag === undefined) return `no flag ${name}`;
    if (flag.type === 'boolean') continue;
    const value = attached ?? rest.shift();
    if (value === undefined || value.startsWith('-')) return `${name} has no value`;
    if (flag.options && !flag.options.includes(value)) return `${name} does not take ${value}`;
  }
  const named = Object.values(command.args);
  // A command may be named without what it takes, as in running text, but not given more than it takes.
  return values.length > named.length ? `too many arguments: ${values.join(' ')}` : undefined;
}

test('every call of capture-cli in the documents parses', () => {
  const calls = texts.flatMap(({ page, text }) =>
    codeOf(text)
      // The usage lines of the reference are patterns, not calls.
      .filter((line) => !line.includes('[--'))
      .flatMap((line) => {
        const words = callOf(line);
        return words ? [{ page, line: line.trim(), problem: problemOf(words) }] : [];
      }),
  );
  expect(calls.length).toBeGreaterThan(50);
  expect(calls.filter(({ problem }) => problem !== undefined)).toEqual([]);
});

test('the check of calls finds an unknown command, flag, value and argument', () => {
  expect(problemOf(['restore', 'a/b'])).toBe('no such command');
  expect(problemOf(['backfill', 'a/b', '--fast'])).toBe('no flag --fast');
  expect(problemOf(['backfill', 'a/b', '--on-limit', 'stop'])).toBe('--on-limit does not take stop');
  expect(problemOf(['backfill', 'status', 'a/b', 'c/d'])).toBe('too many arguments: a/b c/d');
  expect(problemOf(['backfill', 'a/b', '--max-chunks=3', '-n'])).toBeUndefined();
});

test('every npm script that the documents name exists', () => {
  const named = texts.flatMap(({ page, text }) =>
    [...text.matchAll(/npm run ([\w:]+)/g)].map(([, script = '']) => ({ page, script })),
  );
  expect(named.length).toBeGreaterThan(5);
  expect(named.filter(({ script }) => scripts[script] === undefined)).toEqual([]);
});

test('exit codes in the documents are those of the contract', () => {
  const known = Object.values(EXIT).map(String);
  const named = texts.flatMap(({ page, text }) =>
    [...text.matchAll(/exit(?:s with(?: code)?| code)\s+(\d+)/gi)].map(([, code = '']) => ({ page, code })),
  );
  expect(named.length).toBeGreaterThan(5);
  expect(named.filter(({ code }) => !known.includes(code))).toEqual([]);

  const table = [...read('README.md').matchAll(/^\| (\d+) +\| (.*?) +\|$/gm)].map(([, code, meaning]) => [
    code,
    meaning,
  ]);
  expect(Object.fromEntries(table)).toEqual(EXIT_CODE_MEANINGS);
});

test('every link to a file or picture leads somewhere', () => {
  const links = texts.flatMap(({ page, text }) =>
    [...text.matchAll(/\]\(([^)#\s]+)[^)]*\)/g)].map(([, target = '']) => ({ page, target })),
  );
  const local = links.filter(({ target }) => !/^[a-z]+:/.test(target));
  expect(local.length).toBeGreaterThan(20);
  expect(local.filter(({ page, target }) => !existsSync(join(PROJECT_ROOT, dirname(page), target)))).toEqual([]);
});
