import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { CATALOGUE, entryOfCommand, entryOfWorkflow } from '../../../src/lib/actions/catalogue/catalogue.ts';
import type { CatalogueEntry } from '../../../src/lib/actions/catalogue/catalogue-entry.ts';
import { type CommandLine, inputsOf } from '../../../src/lib/actions/catalogue/workflow-inputs.ts';
import { PROJECT_ROOT } from '../../support/cli.ts';

const [backfill] = CATALOGUE;

function commandLine(given: Partial<CommandLine> = {}): CommandLine {
  return { args: { repository: 'octo/cat' }, flags: {}, settings: {}, ...given };
}

test('a command and its workflow find the same entry', () => {
  for (const entry of CATALOGUE) {
    expect(entryOfCommand(entry.command)).toBe(entry);
    const first = entryOfWorkflow(`.github/workflows/${entry.workflow}`);
    const declared = ({ inputs }: Pick<CatalogueEntry, 'inputs'>) => inputs.map(({ from: _, ...input }) => input);
    expect(first && declared(first)).toEqual(declared(entry));
  }
  expect(entryOfWorkflow('.github/workflows/ci.yml')).toBeUndefined();
});

test('no entry declares more than the 25 inputs that GitHub takes, and each echoes its request', () => {
  for (const { inputs } of CATALOGUE) {
    expect(inputs.length).toBeLessThanOrEqual(25);
    expect(inputs.filter(({ from }) => from === 'request_id').map(({ name }) => name)).toEqual(['request_id']);
  }
});

test('every input is sent with its default when nothing is given', () => {
  expect(inputsOf(backfill.inputs, commandLine(), 'r1')).toEqual({
    repository: 'octo/cat',
    workers: '1',
    chunk_size: '25',
    max_minutes: '300',
    kinds: '',
    since: '',
    generation: '0',
    request_id: 'r1',
  });
});

test('a flag wins over a setting, a setting over the default, a list is joined', () => {
  const line = commandLine({
    flags: { workers: 4, 'chunk-size': '10' },
    settings: { 'backfill.chunkSize': 50, 'backfill.maxMinutes': 20, 'backfill.only': ['files', 'commits'] },
  });
  expect(inputsOf(backfill.inputs, line, 'r1')).toMatchObject({
    workers: '4',
    chunk_size: '10',
    max_minutes: '20',
    kinds: 'files,commits',
  });
});

test.each([
  [
    { flags: { workers: 257 } },
    'input_invalid',
    '--workers (the workflow\'s input workers) must be a whole number from 1 to 256, not "257"',
  ],
  [{ flags: { workers: '2.5' } }, 'input_invalid', '2.5'],
  [{ settings: { 'backfill.maxMinutes': 1_000 } }, 'input_invalid', 'from 1 to 350'],
  [{ settings: { 'backfill.maxMinutes': 1_000 } }, 'input_invalid', 'the setting backfill.maxMinutes'],
  [{ args: {} }, 'input_missing', 'REPOSITORY is needed'],
  [{ flags: { since: 'x'.repeat(70_000) } }, 'inputs_too_long', '65535'],
])('what the workflow would not take is refused before it is sent: %j', (given, code, words) => {
  expect(() => inputsOf(backfill.inputs, commandLine(given), 'r1')).toThrow(
    expect.objectContaining({ code, exitCode: 2, message: expect.stringContaining(words) }),
  );
});

const UNKNOWN = { libraries: null };

test('the size of a run follows from its inputs', () => {
  const inputs = inputsOf(backfill.inputs, commandLine({ flags: { workers: 4, 'max-minutes': 30 } }), 'r1');
  expect(backfill.size(inputs)).toEqual({ jobs: 7, maxRunnerMinutes: 300 });
});

/** The jobs of a shipped workflow, by their keys, with the minutes after which they are stopped. */
async function jobsOf(workflow: string): Promise<Readonly<Record<string, { readonly 'timeout-minutes'?: number }>>> {
  return parse(await readFile(join(PROJECT_ROOT, '.github', 'workflows', workflow), 'utf8')).jobs;
}

function minutesOf(jobs: readonly ({ readonly 'timeout-minutes'?: number } | undefined)[]): number {
  return jobs.reduce((sum, job) => sum + (job?.['timeout-minutes'] ?? 0), 0);
}

test('the size of a refresh is that of its workflow', async () => {
  const jobs = Object.values(await jobsOf('installs-cache.yml'));
  const size = { jobs: jobs.length, maxRunnerMinutes: minutesOf(jobs) };
  expect(entryOfCommand('cache:refresh')?.size({}, UNKNOWN)).toEqual(size);
});

test('the size of a doc pack is that of its workflow and its libraries, and is not told without them', async () => {
  const { expand, forget, consolidate, release } = await jobsOf('scrape-pack.yml');
  const { scrape } = await jobsOf('scrape-batch.yml');
  const size = (inputs: Readonly<Record<string, string>>, libraries: number | null) =>
    entryOfCommand('scrape')?.size(inputs, { libraries });
  expect(size({ force: 'false', tag: '' }, 2)).toEqual({
    jobs: 4,
    maxRunnerMinutes: minutesOf([expand, scrape, scrape, consolidate]),
  });
  expect(size({ force: 'true', tag: 'v1.0.0' }, 0)).toEqual({
    jobs: 4,
    maxRunnerMinutes: minutesOf([expand, forget, consolidate, release]),
  });
  expect(size({}, null)).toBeNull();
});
