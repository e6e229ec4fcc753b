import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ActionsHouse } from './actions-house.ts';
import { startActionsHouse, workflow } from './actions-house.ts';
import { rest } from './ask.ts';

let suite: ActionsHouse;
let house: ActionsHouse;
beforeAll(async () => {
  suite = await startActionsHouse();
});
afterAll(() => suite.sandbox.close());
beforeEach(() => {
  suite = suite.fresh();
  house = suite;
});
/** Some need a sandbox with settings of its own. */
afterEach(async () => {
  if (house.sandbox !== suite.sandbox) await house.sandbox.close();
});

const step = (run: string) => `{ runs-on: ubuntu-latest, steps: [{ run: ${JSON.stringify(run)} }] }`;
const names = async (id: number) => (await house.jobs(id)).map(({ name }) => name).sort();

describe('jobs that need others', () => {
  it('are skipped after a failure, near or far, unless their condition says otherwise', async () => {
    const id = await house.execute(
      workflow(`bad: ${step('exit 1')}
after: { needs: bad, runs-on: ubuntu-latest, steps: [{ run: 'true' }] }
far: { needs: after, runs-on: ubuntu-latest, steps: [{ run: 'true' }] }
rescue: { needs: [bad], if: failure(), runs-on: ubuntu-latest, steps: [{ run: 'echo \${{ needs.bad.result }}' }] }
far-rescue: { needs: after, if: failure(), runs-on: ubuntu-latest, steps: [{ run: 'true' }] }
finally: { needs: [far], if: "!cancelled() && needs.far.result == 'skipped'", runs-on: ubuntu-latest, steps: [{ run: 'true' }] }
soft: { continue-on-error: true, runs-on: ubuntu-latest, steps: [{ run: exit 1 }] }
after-soft: { needs: soft, runs-on: ubuntu-latest, steps: [{ run: 'true' }] }
never: { if: github.ref_name == 'other', runs-on: ubuntu-latest, steps: [{ run: 'true' }] }
`),
    );
    expect(await house.conclusions(id)).toEqual({
      bad: 'failure',
      after: 'skipped',
      far: 'skipped',
      rescue: 'success',
      'far-rescue': 'success',
      finally: 'success',
      soft: 'failure',
      'after-soft': 'success',
      never: 'skipped',
    });
    expect((await house.run(id)).conclusion).toBe('failure');
    expect(await house.log(id, 'rescue')).toContain('Z failure');
  });

  it('a run whose only failure is forgiven succeeds; one with nothing to do is skipped', async () => {
    const forgiven = await house.execute(
      workflow('soft: { continue-on-error: true, runs-on: u, steps: [{ run: exit 1 }] }\n'),
    );
    expect((await house.run(forgiven)).conclusion).toBe('success');
    const idle = await house.execute(workflow('never: { if: false, runs-on: u, steps: [{ run: exit 1 }] }\n'));
    expect((await house.run(idle)).conclusion).toBe('skipped');
  });
});

describe('a matrix', () => {
  it('comes from an output of another job, with includes and excludes as documented', async () => {
    const id = await house.execute(
      workflow(`plan:
  runs-on: u
  outputs: { list: '\${{ steps.p.outputs.list }}' }
  steps: [{ id: p, run: 'echo "list=[1,2,3]" >> "$GITHUB_OUTPUT"' }]
work:
  needs: plan
  runs-on: \${{ matrix.os }}
  strategy:
    matrix:
      n: \${{ fromJSON(needs.plan.outputs.list) }}
      os: [linux, mac]
      exclude: [{ n: 2, os: mac }, { n: 3 }]
      include:
        - { n: 1, color: green }
        - { os: mac, shape: round }
        - { n: 9, os: other }
  steps: [{ run: 'echo "n=\${{ matrix.n }} [\${{ matrix.color }}\${{ matrix.shape }}] \${{ strategy.job-index }}/\${{ strategy.job-total }}"' }]
`),
    );
    expect(await names(id)).toEqual([
      'plan',
      'work (1, linux, green)',
      'work (1, mac, green, round)',
      'work (2, linux)',
      'work (9, other)',
    ]);
    expect(await house.log(id, 'work (1, mac, green, round)')).toContain('n=1 [greenround] 1/4');
    expect((await house.jobs(id)).find(({ name }) => name === 'work (9, other)')?.labels).toEqual(['other']);
  });

  it('an expression in the name stands for the whole name; outputs of its jobs are put together', async () => {
    const id = await house.execute(
      workflow(`work:
  name: Worker \${{ matrix.n }}
  runs-on: u
  strategy: { matrix: { n: [1, 2] } }
  outputs: { one: '\${{ steps.s.outputs.one }}', two: '\${{ steps.s.outputs.two }}' }
  steps:
    - { id: s, if: matrix.n == 1, run: 'echo "one=I" >> "$GITHUB_OUTPUT"' }
    - { if: matrix.n == 2, run: 'true' }
after: { needs: work, runs-on: u, steps: [{ run: 'echo "[\${{ needs.work.outputs.one }}][\${{ needs.work.outputs.two }}]"' }] }
`),
    );
    expect(await names(id)).toEqual(['Worker 1', 'Worker 2', 'after']);
    expect(await house.log(id, 'after')).toContain('[I][]');
  });

  it.each([
    [true, { 'w (1)': 'failure', 'w (2)': 'cancelled' }],
    [false, { 'w (1)': 'failure', 'w (2)': 'success' }],
  ])('fail-fast %s: %j', async (failFast, expected) => {
    const id = await house.execute(
      workflow(`w:
  runs-on: u
  strategy: { fail-fast: ${failFast}, matrix: { n: [1, 2] } }
  steps: [{ run: 'if [ \${{ matrix.n }} = 1 ]; then exit 1; fi; sleep 0.4' }]
`),
    );
    expect(await house.conclusions(id)).toEqual(expected);
    expect((await house.run(id)).conclusion).toBe('failure');
  });

  it('max-parallel and the number of machines hold jobs back', async () => {
    house = await startActionsHouse({ actions: { runners: 2 } });
    const id = await house.execute(
      workflow(`w:
  runs-on: u
  strategy: { max-parallel: 1, matrix: { n: [1, 2, 3] } }
  steps: [{ run: sleep 0.1 }]
v:
  runs-on: u
  strategy: { matrix: { n: [1, 2, 3] } }
  steps: [{ run: sleep 0.1 }]
`),
    );
    const jobs = house.sandbox.actions.stateOf(id).jobs;
    const most = (among: typeof jobs) =>
      Math.max(
        ...among.map(
          (one) =>
            among.filter(
              (other) =>
                (other.startedAt ?? 0) <= (one.startedAt ?? 0) && (one.startedAt ?? 0) < (other.completedAt ?? 0),
            ).length,
        ),
      );
    expect(jobs).toHaveLength(6);
    expect(most(jobs)).toBe(2);
    expect(most(jobs.filter(({ name }) => name.startsWith('w')))).toBe(1);
  });

  it.each([
    ['[]', "Matrix vector 'n' does not contain any values"],
    ['"x"', "Matrix vector 'n' is not a list"],
    [JSON.stringify(Array.from({ length: 257 }, (_, n) => n)), 'Strategy expansion exceeded 256 results for job'],
  ])('of %.20s is refused', async (values, message) => {
    const id = await house.execute(
      workflow(
        `w: { runs-on: u, strategy: { matrix: { n: "\${{ fromJSON(vars.LIST) }}" } }, steps: [{ run: 'true' }] }\n`,
      ),
      { vars: { LIST: values } },
    );
    expect(await house.conclusions(id)).toEqual({ w: 'failure' });
    expect(await house.log(id, 'w')).toContain(message);
  });
});

describe('a called workflow', () => {
  const called = `on:
  workflow_call:
    inputs: { who: { type: string, required: true }, n: { type: number, default: 5 } }
    secrets: { KEY: { required: true } }
    outputs: { greeting: { value: '\${{ jobs.greet.outputs.text }}' } }
jobs:
  greet:
    runs-on: u
    outputs: { text: '\${{ steps.s.outputs.text }}' }
    steps:
      - id: s
        env: { KEY: '\${{ secrets.KEY }}' }
        run: echo "text=hi \${{ inputs.who }} \${{ inputs.n }} \${#KEY}" >> "$GITHUB_OUTPUT"
`;
  const caller = (secrets: string, inputs = 'who: you') =>
    workflow(`call: { uses: ./.github/workflows/called.yml, with: { ${inputs} }, secrets: ${secrets} }
after: { needs: call, runs-on: u, steps: [{ run: 'echo "got \${{ needs.call.outputs.greeting }}"' }] }
`);

  it('gets inputs and secrets, gives outputs, and its jobs are shown below the caller', async () => {
    const files = { 'called.yml': called, 'w.yml': caller('inherit') };
    const id = await house.execute(files, { secrets: { KEY: 'four' } });
    expect(await names(id)).toEqual(['after', 'call / greet']);
    expect(await house.log(id, 'after')).toContain('got hi you 5 4');
  });

  it('is called once for each combination of a matrix, and the worst of them counts', async () => {
    const call = `strategy: { fail-fast: false, matrix: { n: [1, 2] } }
  uses: ./.github/workflows/called.yml
  with: { who: you, n: '\${{ matrix.n }}' }
  secrets: { KEY: "\${{ matrix.n == 2 && 'x' || '' }}" }
`;
    const id = await house.execute({ 'called.yml': called, 'w.yml': workflow(`call:\n  ${call}`) });
    expect(await house.conclusions(id)).toEqual({ 'call (1)': 'failure', 'call (2) / greet': 'success' });
  });

  it.each([
    ['{}', 'who: you', 'Secret KEY is required, but not provided while calling.'],
    ['{ KEY: x }', 'other: you', 'Unexpected inputs provided: ["other"]'],
    ['{ KEY: x }', '', "Required input 'who' not provided"],
  ])('with secrets %s and inputs %s fails: %s', async (secrets, inputs, message) => {
    const id = await house.execute({ 'called.yml': called, 'w.yml': caller(secrets, inputs) });
    expect(await house.conclusions(id)).toEqual({ call: 'failure', after: 'skipped' });
    expect(await house.log(id, 'call')).toContain(message);
  });
});

describe('a concurrency group', () => {
  it('runs one and keeps one; a newer one takes the place of the one that waits', async () => {
    house.host(`on: { workflow_dispatch: { inputs: { n: { type: string } } } }
run-name: Run \${{ inputs.n }}
concurrency: group-\${{ github.ref }}
jobs: { a: ${step('sleep 0.5')} }
`);
    const ids = [];
    for (const n of ['1', '2', '3']) ids.push(await house.dispatch({ n }));
    const statuses = await Promise.all(ids.map(async (id) => (await house.run(id)).status));
    expect(statuses).toEqual(['in_progress', 'completed', 'pending']);
    for (const id of ids) await house.sandbox.actions.settled(id);
    const runs = await rest<{ workflow_runs: { display_title: string; conclusion: string }[] }>(
      house.sandbox,
      house.runs,
    );
    expect(runs.data.workflow_runs.map((run) => [run.display_title, run.conclusion])).toEqual([
      ['Run 3', 'success'],
      ['Run 2', 'cancelled'],
      ['Run 1', 'success'],
    ]);
  });

  it('with cancel-in-progress ends the one that runs', async () => {
    house.host(`on: workflow_dispatch
concurrency: { group: g, cancel-in-progress: true }
jobs: { a: ${step('echo began; exec sleep 20')} }
`);
    const first = await house.dispatch();
    await house.untilLogged(first, 'a', 'Z began');
    const second = await house.dispatch();
    expect((await house.sandbox.actions.settled(first)).conclusion).toBe('cancelled');
    await house.untilLogged(second, 'a', 'Z began');
    expect((await house.run(second)).status).toBe('in_progress');
  });
});

describe('what starts a run', () => {
  it('a schedule has no inputs', async () => {
    house.host(
      `on: { schedule: [{ cron: '23 */3 * * *' }], workflow_dispatch: { inputs: { n: { type: number, default: 4 } } } }
run-name: \${{ github.event_name }} \${{ inputs.n || vars.N }}
jobs: { a: { runs-on: u, steps: [{ run: 'echo "[\${{ inputs.n }}]"' }] } }
`,
      { vars: { N: '7' } },
    );
    const id = house.sandbox.actions.trigger(house.repository, 'w.yml', 'schedule');
    await house.sandbox.actions.settled(id);
    expect(await house.run(id)).toMatchObject({
      event: 'schedule',
      display_title: 'schedule 7',
      conclusion: 'success',
    });
    expect(await house.log(id, 'a')).toContain('Z []');
  });
});
