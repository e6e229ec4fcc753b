import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ActionsHouse } from './actions-house.ts';
import { startActionsHouse, workflow } from './actions-house.ts';
import { rest, send } from './ask.ts';

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

/** A zombie is none: whoever adopted it has only not looked yet. */
const isAlive = (pid: number): boolean => {
  const { stdout } = spawnSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' });
  return stdout.trim() !== '' && !stdout.startsWith('Z');
};

const TRAPPING = `
const note = (name) => process.on(name, () => console.log('got ' + name));
for (const name of process.argv.slice(2)) note(name);
console.log('pid ' + process.pid + ' ready');
setInterval(() => {}, 1000);
`;
const files = { 'trap.js': TRAPPING };

describe('cancelling', () => {
  it('sends SIGINT, SIGTERM, then SIGKILL; steps with always() and jobs that ask for it still run', async () => {
    house.host(
      workflow(`a:
  runs-on: u
  steps:
    - uses: actions/checkout@v7
    - run: exec node trap.js SIGINT SIGTERM
    - run: echo never
    - { if: always(), run: 'echo "always \${{ job.status }}"' }
b: { needs: a, runs-on: u, steps: [{ run: 'true' }] }
c: { needs: a, if: always(), runs-on: u, steps: [{ run: 'true' }] }
`),
      { files },
    );
    const id = await house.dispatch();
    await house.untilLogged(id, 'a', ' ready');
    expect((await send(house.sandbox, 'POST', `${house.runs}/${id}/cancel`)).status).toBe(202);
    expect((await house.sandbox.actions.settled(id)).conclusion).toBe('cancelled');
    const log = await house.log(id, 'a');
    expect(log).toMatch(
      /got SIGINT[\s\S]*got SIGTERM[\s\S]*##\[error\]The operation was canceled\.[\s\S]*Z always cancelled/,
    );
    expect(log).not.toContain('Z never');
    expect(await house.conclusions(id)).toEqual({ a: 'cancelled', b: 'skipped', c: 'success' });
    expect(isAlive(Number(/pid (\d+)/.exec(log)?.[1]))).toBe(false);
    expect((await send(house.sandbox, 'POST', `${house.runs}/${id}/cancel`)).status).toBe(409);
  });

  it('the signals reach the shell alone, as on GitHub: a program that is not exec-ed is killed without one', async () => {
    house.host(
      workflow(
        `a: { runs-on: u, steps: [{ uses: actions/checkout@v7 }, { run: node trap.js SIGINT SIGTERM; echo after }] }\n`,
      ),
      { files },
    );
    const id = await house.dispatch();
    await house.untilLogged(id, 'a', ' ready');
    await send(house.sandbox, 'POST', `${house.runs}/${id}/cancel`);
    await house.sandbox.actions.settled(id);
    const log = await house.log(id, 'a');
    expect(log).not.toContain('got SIG');
    expect(isAlive(Number(/pid (\d+)/.exec(log)?.[1]))).toBe(false);
  });

  it('by force skips what has always(), and at once', async () => {
    house.host(
      workflow(`a: { runs-on: u, steps: [{ run: echo began; sleep 30 }, { if: always(), run: echo never }] }
b: { needs: a, if: always(), runs-on: u, steps: [{ run: 'true' }] }
`),
    );
    const id = await house.dispatch();
    await house.untilLogged(id, 'a', 'Z began');
    expect((await send(house.sandbox, 'POST', `${house.runs}/${id}/force-cancel`)).status).toBe(202);
    expect((await house.sandbox.actions.settled(id)).conclusion).toBe('cancelled');
    expect(await house.log(id, 'a')).not.toContain('Z never');
    expect(await house.conclusions(id)).toEqual({ a: 'cancelled', b: 'skipped' });
  });

  it('closing the sandbox leaves no process and no folder', async () => {
    house = await startActionsHouse();
    house.host(
      workflow(`a: { runs-on: u, steps: [{ run: 'echo "in [$RUNNER_TEMP]"; sleep 30 & echo "child [$!]"; wait' }] }\n`),
    );
    const id = await house.dispatch();
    await house.untilLogged(id, 'a', 'Z child [');
    const log = house.sandbox.actions.liveJob(id, 'a')?.log.toString() ?? '';
    const [, folder = ''] = /Z in \[(.+)\]/.exec(log) ?? [];
    const child = Number(/Z child \[(\d+)\]/.exec(log)?.[1]);
    expect([existsSync(folder), isAlive(child)]).toEqual([true, true]);
    await house.sandbox.close();
    expect([existsSync(folder), isAlive(child)]).toEqual([false, false]);
  });
});

describe('running again', () => {
  it('all of it, or what failed and what depends on it; earlier attempts stay', async () => {
    house.host(
      workflow(`good: { runs-on: u, outputs: { n: '\${{ steps.s.outputs.n }}' }, steps: [{ id: s, run: 'echo "n=\${{ github.run_attempt }}" >> "$GITHUB_OUTPUT"' }] }
bad: { needs: good, runs-on: u, steps: [{ run: 'echo "from \${{ needs.good.outputs.n }}"; test \${{ github.run_attempt }} != 1' }] }
after: { needs: bad, runs-on: u, steps: [{ run: 'true' }] }
`),
    );
    const id = await house.dispatch();
    await house.sandbox.actions.settled(id);
    expect(await house.conclusions(id)).toEqual({ good: 'success', bad: 'failure', after: 'skipped' });
    expect((await send(house.sandbox, 'POST', `${house.runs}/${id}/rerun-failed-jobs`)).status).toBe(201);
    await house.sandbox.actions.settled(id);
    expect(await house.run(id)).toMatchObject({ run_attempt: 2, conclusion: 'success' });
    expect((await house.jobs(id)).map(({ name, run_attempt: attempt }) => [name, attempt])).toEqual([
      ['good', 1],
      ['bad', 2],
      ['after', 2],
    ]);
    expect(await house.log(id, 'bad')).toContain('from 1');
    expect((await send(house.sandbox, 'POST', `${house.runs}/${id}/rerun`)).status).toBe(201);
    await house.sandbox.actions.settled(id);
    expect((await house.jobs(id)).map(({ run_attempt: attempt }) => attempt)).toEqual([3, 3, 3]);
    const first = await rest<{ jobs: { conclusion: string }[] }>(house.sandbox, `${house.runs}/${id}/attempts/1/jobs`);
    expect(first.data.jobs.map(({ conclusion }) => conclusion)).toEqual(['success', 'failure', 'skipped']);
  });
});

describe('an environment', () => {
  const text = workflow(`deploy:
  runs-on: u
  environment: { name: prod }
  steps: [{ run: 'echo "\${{ vars.WHERE }} $LENGTH"', env: { LENGTH: "\${{ secrets.KEY && 'has key' }}" } }]
`);
  const settings = {
    environments: { prod: { requiresApproval: true, secrets: { KEY: 'prod-key' }, vars: { WHERE: 'there' } } },
  };

  it.each([
    ['approved', 'success'],
    ['rejected', 'failure'],
  ])('%s: the job waits and ends with %s', async (state, conclusion) => {
    house.host(text, settings);
    const id = await house.dispatch();
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(await house.run(id)).toMatchObject({ status: 'waiting', conclusion: null });
    expect((await house.jobs(id))[0]?.status).toBe('waiting');
    const path = `${house.runs}/${id}/pending_deployments`;
    const { data } = await rest<{ environment: { id: number } }[]>(house.sandbox, path);
    const body = { environment_ids: [data[0]?.environment.id], state, comment: '' };
    expect((await send(house.sandbox, 'POST', path, body)).status).toBe(200);
    await house.sandbox.actions.settled(id);
    expect((await house.run(id)).conclusion).toBe(conclusion);
    if (state === 'approved') expect(await house.log(id, 'deploy')).toContain('there has key');
  });
});

describe("a job's token", () => {
  const dispatchSelf = `run: |
          code=$(curl -s -o out -w '%{http_code}' -X POST -H "Authorization: Bearer $TOKEN" -d '{"ref":"main","inputs":{"n":"1"}}' "$GITHUB_API_URL/repos/$GITHUB_REPOSITORY/actions/workflows/w.yml/dispatches")
          echo "answered $code $(cat out)"`;
  const text = (permissions: string) => `on: { workflow_dispatch: { inputs: { n: { type: number, default: 0 } } } }
permissions: ${permissions}
jobs:
  a:
    if: inputs.n == 0
    runs-on: u
    steps:
      - env: { TOKEN: '\${{ github.token }}' }
        ${dispatchSelf}
`;

  it('dispatches its own workflow where the workflow grants it', async () => {
    const id = await house.execute(text('{ actions: write }'));
    expect(await house.log(id, 'a')).toContain('answered 204');
    const { data } = await rest<{ workflow_runs: { actor: { login: string }; id: number }[] }>(
      house.sandbox,
      house.runs,
    );
    expect(data.workflow_runs).toHaveLength(2);
    expect(data.workflow_runs[0]?.actor.login).toBe('github-actions[bot]');
    const second = data.workflow_runs[0]?.id ?? 0;
    expect((await house.sandbox.actions.settled(second)).conclusion).toBe('skipped');
  });

  it.each(['{ contents: read }', '{}', 'read-all'])('is refused with permissions %s', async (permissions) => {
    const id = await house.execute(text(permissions));
    expect(await house.log(id, 'a')).toContain('answered 403 {"message":"Resource not accessible by integration"');
    expect((await rest<{ total_count: number }>(house.sandbox, house.runs)).data.total_count).toBe(1);
  });

  it('shares one budget with every other job of the repository', async () => {
    house = await startActionsHouse({ actions: { jobTokenLimit: 10 } });
    const id = await house.execute(
      workflow(`a:
  runs-on: u
  strategy: { max-parallel: 1, matrix: { n: [1, 2] } }
  steps: [{ env: { TOKEN: '\${{ github.token }}' }, run: 'for i in 1 2 3; do curl -s -o /dev/null -D - -H "Authorization: token $TOKEN" "$GITHUB_API_URL/repos/$GITHUB_REPOSITORY" | grep -i x-ratelimit-used; done' }]
`),
    );
    expect(await house.log(id, 'a (1)')).toContain('x-ratelimit-used: 3');
    expect(await house.log(id, 'a (2)')).toContain('x-ratelimit-used: 6');
  });
});
