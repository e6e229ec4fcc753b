import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ActionsHouse } from './actions-house.ts';
import { startActionsHouse, workflow } from './actions-house.ts';
import { rest } from './ask.ts';

let suite: ActionsHouse;
let house: ActionsHouse;
beforeAll(async () => {
  suite = await startActionsHouse({ actions: { minuteMs: 400 } });
});
afterAll(() => suite.sandbox.close());
beforeEach(() => {
  suite = suite.fresh();
  house = suite;
});

describe('steps', () => {
  it('hand outputs, environment, path and summary on, and see the contexts that GitHub gives them', async () => {
    const text = `on:
  workflow_dispatch:
    inputs:
      who: { type: string, default: you }
      count: { type: number, default: 2 }
      loud: { type: boolean, default: true }
env:
  OUTER: outer-\${{ inputs.who }}
  SHARED: workflow
jobs:
  a:
    name: Job \${{ inputs.who }}
    runs-on: ubuntu-latest
    env: { SHARED: job }
    outputs:
      word: \${{ steps.one.outputs.word }}
      two: \${{ inputs.count == 2 }}
    steps:
      - id: one
        env: { OWN: step }
        run: |
          echo "word=hello world" >> "$GITHUB_OUTPUT"
          printf 'many<<E\\nline 1\\nline 2\\nE\\n' >> "$GITHUB_OUTPUT"
          echo "ADDED=added" >> "$GITHUB_ENV"
          echo "GITHUB_REPOSITORY=evil/twin" >> "$GITHUB_ENV"
          mkdir -p tool && printf '#!/bin/sh\\necho my-tool ran\\n' > tool/my-tool && chmod +x tool/my-tool
          echo "$PWD/tool" >> "$GITHUB_PATH"
          echo "# Done" >> "$GITHUB_STEP_SUMMARY"
          echo "$OUTER $SHARED $OWN"
      - run: |
          my-tool
          echo "\${{ steps.one.outputs.many }} \${{ env.ADDED }} $ADDED \${{ inputs.loud }}"
          echo "own: [\${OWN-}]"
      - name: Who am I
        run: |
          echo "$GITHUB_ACTIONS $CI $GITHUB_REPOSITORY $GITHUB_REF_NAME $GITHUB_EVENT_NAME [\${GITHUB_TOKEN-none}] $GITHUB_RUN_ID"
          node -e 'console.log(require(process.env.GITHUB_EVENT_PATH).inputs.who, process.env.GITHUB_API_URL)'
  b:
    needs: a
    if: needs.a.outputs.word == 'hello world'
    runs-on: ubuntu-latest
    steps: [{ run: 'echo got \${{ needs.a.outputs.word }} \${{ needs.a.outputs.two }}' }]
`;
    const id = await house.execute(text);
    expect(await house.run(id)).toMatchObject({
      status: 'completed',
      conclusion: 'success',
      event: 'workflow_dispatch',
    });
    const log = await house.log(id, 'Job you');
    expect(log).toContain('outer-you job step');
    expect(log).toMatch(/Z my-tool ran\n\S+Z line 1\n\S+Z line 2 added added true\n\S+Z own: \[\]\n/);
    expect(log).toContain(`true true ${house.repository} main workflow_dispatch [none] ${id}`);
    expect(log).toContain(`you ${house.sandbox.apiUrl}\n`);
    expect(log).toMatch(/^\d{4}-\d\d-\d\dT\S+\d{7}Z Current runner/);
    expect(log).toContain('##[group]Run my-tool\n');
    expect(await house.log(id, 'b')).toContain('got hello world true');
    expect(house.sandbox.actions.liveJob(id, 'Job you')?.summaries).toEqual(['# Done\n']);
    const [a] = await house.jobs(id);
    expect(a?.steps?.map(({ number, name, conclusion }) => [number, name, conclusion])).toEqual([
      [1, 'Set up job', 'success'],
      [2, 'Run echo "word=hello world" >> "$GITHUB_OUTPUT"', 'success'],
      [3, 'Run my-tool', 'success'],
      [4, 'Who am I', 'success'],
      [5, 'Complete job', 'success'],
    ]);
  });

  it('stop at the first failure, but for those that ask for it; a forgiven failure is none', async () => {
    const id = await house.execute(
      workflow(`a:
  runs-on: ubuntu-latest
  steps:
    - { id: soft, run: exit 3, continue-on-error: true }
    - { run: 'echo outcome \${{ steps.soft.outcome }} conclusion \${{ steps.soft.conclusion }}' }
    - { id: hard, run: 'echo "x=1" >> "$GITHUB_OUTPUT"; exit 7' }
    - { run: echo never }
    - { if: failure(), run: 'echo rescue \${{ steps.hard.outputs.x }} \${{ job.status }}' }
    - { if: '\${{ always() }}', run: echo always }
    - { if: cancelled(), run: echo never }
`),
    );
    const [a] = await house.jobs(id);
    expect(a?.conclusion).toBe('failure');
    expect(a?.steps?.map(({ conclusion }) => conclusion)).toEqual([
      ...['success', 'success', 'success', 'failure', 'skipped', 'success', 'success', 'skipped', 'success'],
    ]);
    const log = await house.log(id, 'a');
    expect(log).toContain('outcome failure conclusion success');
    expect(log).toContain('rescue 1 failure');
    expect(log).toContain('##[error]Process completed with exit code 7.');
    expect(log).not.toMatch(/Z never/);
    const annotations = await rest(house.sandbox, `/repos/${house.repository}/check-runs/${a?.id}/annotations`);
    expect(annotations.data).toMatchObject([
      { message: 'Process completed with exit code 7.', annotation_level: 'failure' },
    ]);
  });

  it('run with pipefail only where bash is asked for by name; defaults and working-directory hold', async () => {
    const id = await house.execute(
      workflow(`plain:
  runs-on: ubuntu-latest
  steps: [{ run: 'false | true' }, { run: 'false; echo unreachable' }]
named:
  runs-on: ubuntu-latest
  defaults: { run: { shell: bash } }
  steps: [{ run: 'false | true' }]
placed:
  runs-on: ubuntu-latest
  defaults: { run: { working-directory: sub } }
  steps: [{ run: mkdir sub, working-directory: . }, { run: 'basename "$PWD"' }]
`),
    );
    expect(await house.conclusions(id)).toEqual({ plain: 'failure', named: 'failure', placed: 'success' });
    const [plain] = await house.jobs(id);
    expect(plain?.steps?.map(({ conclusion }) => conclusion)).toEqual(['success', 'success', 'failure', 'success']);
    expect(await house.log(id, 'placed')).toMatch(/Z sub\n/);
  });

  it('secrets are masked wherever they appear, and never leave as an output', async () => {
    const id = await house.execute(
      workflow(`a:
  runs-on: ubuntu-latest
  outputs: { leaked: '\${{ steps.s.outputs.it }}', fine: '\${{ steps.s.outputs.ok }}' }
  steps:
    - id: s
      env: { KEY: '\${{ secrets.KEY }}', TOKEN: '\${{ github.token }}', PEM: '\${{ secrets.PEM }}' }
      run: |
        echo "it=$KEY" >> "$GITHUB_OUTPUT"
        echo "ok=fine" >> "$GITHUB_OUTPUT"
        echo "key $KEY token $TOKEN"
        echo "$PEM"
        echo "::add-mask::later-secret"
        echo "later-secret and \${{ secrets.ABSENT }}."
b:
  needs: a
  runs-on: ubuntu-latest
  steps: [{ run: 'echo "[\${{ needs.a.outputs.leaked }}] [\${{ needs.a.outputs.fine }}]"' }]
`),
      { secrets: { KEY: 's3cr3t-key', PEM: 'first-line\nsecond-line' } },
    );
    const log = await house.log(id, 'a');
    expect(log).toContain('key *** token ***');
    expect(log).toContain('*** and .');
    for (const secret of ['s3cr3t-key', 'ghs_', 'first-line', 'second-line']) expect(log).not.toContain(secret);
    expect(log.match(/Z later-secret/)).toBeNull();
    expect(await house.log(id, 'b')).toContain('[] [fine]');
  });

  it('commands in the output become groups and annotations, escape sequences stay', async () => {
    const id = await house.execute(
      workflow(`a:
  runs-on: ubuntu-latest
  steps:
    - run: |
        echo "::group::My group"
        printf '\\033[31mred\\033[0m\\n'
        echo "::endgroup::"
        echo "::warning file=a.ts,line=7,title=T%3AT::careful%0Anow"
        echo "::debug::hidden"
        echo "::stop-commands::pause"
        echo "::error::not one"
        echo "::pause::"
        echo "no newline at the end" >&2
        printf 'tail'
`),
    );
    const log = await house.log(id, 'a');
    expect(log).toContain('##[group]My group');
    expect(log).toContain('\u001b[31mred\u001b[0m');
    expect(log).toContain('Z ::error::not one');
    expect(log).not.toContain('Z hidden');
    expect(log).toContain('Z tail\n');
    const [a] = await house.jobs(id);
    const annotations = await rest(house.sandbox, `/repos/${house.repository}/check-runs/${a?.id}/annotations`);
    expect(annotations.data).toMatchObject([
      { annotation_level: 'warning', message: 'careful\nnow', path: 'a.ts', start_line: 7, title: 'T:T' },
    ]);
  });

  it('a summary over 1 MiB is dropped with an error that does not fail the job', async () => {
    const id = await house.execute(
      workflow(`a:
  runs-on: ubuntu-latest
  steps: [{ run: 'head -c 1500000 /dev/zero | tr "\\0" x >> "$GITHUB_STEP_SUMMARY"' }, { run: 'echo small >> "$GITHUB_STEP_SUMMARY"' }]
`),
    );
    expect(await house.conclusions(id)).toEqual({ a: 'success' });
    expect(await house.log(id, 'a')).toContain('upload aborted, supports content up to a size of 1024k, got 1465k');
    expect(house.sandbox.actions.liveJob(id, 'a')?.summaries).toEqual(['small\n']);
  });

  it('what cannot be is a clear failure: an unknown action, a malformed output, a bad expression', async () => {
    const id = await house.execute(
      workflow(`unknown:
  runs-on: ubuntu-latest
  steps: [{ run: echo never }, { uses: someone/else@v1 }]
malformed:
  runs-on: ubuntu-latest
  steps: [{ run: 'echo nonsense >> "$GITHUB_OUTPUT"' }]
contained:
  runs-on: ubuntu-latest
  container: node:24
  steps: [{ run: echo never }]
expression:
  runs-on: ubuntu-latest
  steps: [{ run: 'echo \${{ fromJSON(github.ref_name) }}' }]
`),
    );
    expect(await house.conclusions(id)).toEqual({
      unknown: 'failure',
      malformed: 'failure',
      contained: 'failure',
      expression: 'failure',
    });
    expect(await house.log(id, 'unknown')).toContain('##[error]Unable to resolve action `someone/else@v1`');
    expect(await house.log(id, 'unknown')).not.toContain('Z never');
    expect(await house.log(id, 'contained')).toContain("cannot run a job with 'container'");
    expect(await house.log(id, 'malformed')).toContain("Invalid format 'nonsense'");
    expect(await house.log(id, 'expression')).toContain('fromJSON(github.ref_name) }} cannot be evaluated');
  });

  it('time limits end a step as a failure and a job as cancelled', async () => {
    const id = await house.execute(
      workflow(`step:
  runs-on: ubuntu-latest
  steps: [{ name: Slow, timeout-minutes: 1, run: sleep 20 }]
job:
  runs-on: ubuntu-latest
  timeout-minutes: 1
  steps: [{ run: sleep 20 }, { if: always(), run: echo cleaned }]
`),
    );
    expect(await house.conclusions(id)).toEqual({ step: 'failure', job: 'cancelled' });
    expect(await house.log(id, 'step')).toContain("##[error]The action 'Slow' has timed out after 1 minutes.");
    const log = await house.log(id, 'job');
    expect(log).toContain('The job has exceeded the maximum execution time of 1 minutes');
    expect(log).toContain('Z cleaned');
  });
});
