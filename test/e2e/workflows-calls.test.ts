import { chmod, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Config, type Interfaces, Parser } from '@oclif/core';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { CATALOGUE } from '../../src/lib/actions/catalogue.ts';
import { PROJECT_ROOT } from '../support/cli.ts';
import { type TemporaryDirectory, temporaryDirectory } from '../support/temp.ts';

const workflowShape = z.object({
  env: z.record(z.string(), z.string()),
  jobs: z.record(z.string(), z.object({ steps: z.array(z.object({ run: z.string().optional() })) })),
});

let folder: TemporaryDirectory;
let oclif: Config;

beforeAll(async () => {
  folder = await temporaryDirectory();
  // An npx that says what it was told to run, one word a line.
  const npx = join(folder.path, 'npx');
  await writeFile(npx, '#!/bin/sh\nprintf "%s\\n" "$@"\n');
  await chmod(npx, 0o755);
  oclif = await Config.load(PROJECT_ROOT);
});

afterAll(() => folder.remove());

/** The variables that a workflow's expressions make of inputs; no input is set when the schedule starts it. */
function variables(expressions: Readonly<Record<string, string>>, inputs: Readonly<Record<string, string>>) {
  const values = Object.entries(expressions).map(([name, expression]) => {
    const [, input = '', fallback = ''] = /^\$\{\{ inputs\.(\w+)(?: \|\| (\S+))? \}\}$/.exec(expression) ?? [];
    return [name, inputs[input] || fallback.replace(/^vars\..*/, 'acme/scheduled')];
  });
  return Object.fromEntries(values) as Record<string, string>;
}

/** Parses a call as oclif would, by the flags of the command that it names. */
async function parseCall(words: readonly string[]): Promise<Interfaces.ParserOutput> {
  const count = [2, 1].find((length) => oclif.commandIDs.includes(words.slice(0, length).join(':')));
  if (count === undefined) throw new Error(`no such command: ${words.join(' ')}`);
  const command = await oclif.findCommand(words.slice(0, count).join(':'), { must: true }).load();
  const { args, baseFlags, flags, strict } = command;
  return await Parser.parse(words.slice(count), { args, flags: { ...baseFlags, ...flags }, strict });
}

test.each([
  ['dispatched', { repository: 'acme/big one', workers: '4', generation: '2', kinds: 'files', since: '2026-11-01' }],
  ['scheduled', {}],
])('every call in a workflow parses when it is %s, with the values of its inputs', async (_, given) => {
  for (const { inputs, workflow } of CATALOGUE) {
    const text = await readFile(join(PROJECT_ROOT, '.github', 'workflows', workflow), 'utf8');
    const { env, jobs } = workflowShape.parse(parse(text));
    // Dispatched, GitHub fills in the defaults; scheduled, nothing.
    const defaults = Object.fromEntries(inputs.map((input) => [input.name, 'default' in input ? input.default : '']));
    const filled = Object.keys(given).length === 0 ? {} : { ...defaults, ...given };
    const scripts = Object.values(jobs).flatMap(({ steps }) => steps.flatMap(({ run }) => run ?? []));
    expect(scripts.length).toBeGreaterThan(0);
    for (const script of scripts) {
      const values = variables(env, filled);
      const { stdout } = await execa('bash', ['-eo', 'pipefail', '-c', script], {
        env: { PATH: `${folder.path}:/usr/bin:/bin`, ...values },
        extendEnv: false,
      });
      const [yes, program, ...words] = stdout.split('\n');
      expect([yes, program]).toEqual(['--yes', expect.stringMatching(/^capture-cli@/)]);
      const parsed = await parseCall(words);
      expect(parsed.args['repository']).toBe(values['REPOSITORY']);
      if ('workers' in parsed.flags) expect(parsed.flags['workers']).toBe(Number(values['WORKERS']));
      if ('since' in parsed.flags) expect(parsed.flags['since']).toBe(values['SINCE']);
    }
  }
});
