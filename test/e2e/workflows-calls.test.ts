import { chmod, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Config, type Interfaces, Parser } from '@oclif/core';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { entryOfWorkflow, PIPELINES } from '../../src/lib/actions/catalogue/catalogue.ts';
import { PROJECT_ROOT } from '../support/cli.ts';
import { type TemporaryDirectory, temporaryDirectory } from '../support/temp.ts';

const environment = z.record(z.string(), z.string()).default({});
const workflowShape = z.object({
  on: z.record(z.string(), z.unknown()),
  env: environment,
  jobs: z.record(
    z.string(),
    z.object({ steps: z.array(z.object({ env: environment, run: z.string().optional() })).default([]) }),
  ),
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
  [
    'dispatched',
    { repository: 'acme/big one', workers: '4', generation: '2', kinds: 'files', since: '2026-11-01', tag: 'v1' },
  ],
  ['scheduled', {}],
])('every call in a workflow parses when it is %s, with the values of its inputs', async (_, given) => {
  let calls = 0;
  for (const workflow of PIPELINES.flatMap(({ workflows }) => workflows)) {
    const text = await readFile(join(PROJECT_ROOT, '.github', 'workflows', workflow), 'utf8');
    const { on, env, jobs } = workflowShape.parse(parse(text));
    const isScheduled = Object.keys(given).length === 0;
    if (isScheduled && !('schedule' in on)) continue;
    // Dispatched, GitHub fills in the defaults; scheduled, nothing.
    const inputs = entryOfWorkflow(workflow)?.inputs ?? [];
    const defaults = Object.fromEntries(inputs.map((input) => [input.name, input.default ?? '']));
    const filled = isScheduled ? {} : { ...defaults, ...given };
    const steps = Object.values(jobs).flatMap((job) => job.steps);
    for (const { env: own, run = '' } of steps) {
      if (!run.startsWith('npx ')) continue;
      calls += 1;
      const values = variables({ ...env, ...own }, filled);
      const { stdout } = await execa('bash', ['-eo', 'pipefail', '-c', run], {
        env: { PATH: `${folder.path}:/usr/bin:/bin`, ...values },
        extendEnv: false,
      });
      const [yes, program, ...words] = stdout.split('\n');
      expect([yes, program]).toEqual(['--yes', expect.stringMatching(/^capture-cli@/)]);
      const parsed = await parseCall(words);
      expect(parsed.args['repository']).toBe(values['REPOSITORY']);
      if ('workers' in parsed.flags) expect(parsed.flags['workers']).toBe(Number(values['WORKERS']));
      if ('since' in parsed.flags) expect(parsed.flags['since']).toBe(values['SINCE']);
      if ('tag' in parsed.flags) expect(parsed.flags['tag']).toBe(values['TAG'] ?? '');
    }
  }
  expect(calls).toBeGreaterThan(0);
});
