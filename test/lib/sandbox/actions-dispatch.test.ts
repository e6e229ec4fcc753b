import type { components } from '@octokit/openapi-types';
import { afterEach, describe, expect, it } from 'vitest';
import type { Sandbox, SandboxOptions } from '../../sandbox/sandbox.ts';
import { startSandbox } from '../../sandbox/sandbox.ts';
import { rest, send } from './ask.ts';

type Workflow = components['schemas']['workflow'];
type Run = components['schemas']['workflow-run'];

let sandbox: Sandbox;
afterEach(() => sandbox.close());

const WORKFLOWS = {
  'work.yml': `name: Work
run-name: Work on \${{ inputs.repository }} [\${{ inputs.request_id }}]
on:
  workflow_dispatch:
    inputs:
      repository: { type: string, required: true }
      size: { type: choice, options: [small, large], default: small }
      workers: { type: number, default: 1 }
      request_id: { type: string, default: '' }
jobs:
  work:
    runs-on: ubuntu-latest
    steps: [{ run: 'true' }]
`,
  'push.yml': 'on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps: [{ run: "true" }]\n',
  'broken.yml': 'on: workflow_dispatch\njobs:\n  a:\n    runs-on: ubuntu-latest\n    step: []\n',
};
const BASE = '/repos/acme/big/actions/workflows';

async function start(options: SandboxOptions = {}): Promise<void> {
  sandbox = await startSandbox({ repositories: [{ owner: 'acme', name: 'big', prs: 1 }], ...options });
  sandbox.actions.hostWorkflows('acme/big', WORKFLOWS);
  sandbox.actions.scriptDispatches('acme/big', 'work.yml', { jobs: [{ name: 'work', log: 'text' }] });
}

const dispatch = (body: object, file = 'work.yml', token?: string) =>
  send<Record<string, unknown>>(sandbox, 'POST', `${BASE}/${file}/dispatches`, body, token);
const GOOD = { ref: 'main', inputs: { repository: 'a/b', request_id: 'r-1' }, return_run_details: true };
const runs = async () =>
  (await rest<{ workflow_runs: Run[] }>(sandbox, '/repos/acme/big/actions/runs')).data.workflow_runs;

describe('workflows', () => {
  it('are listed, found by id or file name, disabled and enabled', async () => {
    await start();
    const { data } = await rest<{ total_count: number; workflows: Workflow[] }>(sandbox, BASE);
    expect(data.workflows.map(({ name, path, state }) => [name, path, state])).toEqual([
      ['.github/workflows/broken.yml', '.github/workflows/broken.yml', 'active'],
      ['.github/workflows/push.yml', '.github/workflows/push.yml', 'active'],
      ['Work', '.github/workflows/work.yml', 'active'],
    ]);
    const id = data.workflows[2]?.id;
    expect((await send(sandbox, 'PUT', `${BASE}/${id}/disable`)).status).toBe(204);
    expect((await rest<Workflow>(sandbox, `${BASE}/work.yml`)).data.state).toBe('disabled_manually');
    expect(await dispatch(GOOD)).toMatchObject({
      status: 422,
      data: { message: "Cannot trigger a 'workflow_dispatch' on a disabled workflow" },
    });
    expect((await send(sandbox, 'PUT', `${BASE}/work.yml/enable`)).status).toBe(204);
    expect((await dispatch(GOOD)).status).toBe(200);
    expect((await rest(sandbox, `${BASE}/nope.yml`)).status).toBe(404);
  });

  it('are files: read at a ref, written with the SHA of what is replaced, dispatched as written', async () => {
    await start();
    const path = '/repos/acme/big/contents/.github/workflows/work.yml';
    const { data } = await rest<components['schemas']['content-file']>(sandbox, `${path}?ref=main`);
    expect(Buffer.from(data.content, 'base64').toString()).toBe(WORKFLOWS['work.yml']);
    expect(data).toMatchObject({ type: 'file', encoding: 'base64', size: WORKFLOWS['work.yml'].length });
    const content = Buffer.from(WORKFLOWS['work.yml'].replace('name: Work', 'name: Better')).toString('base64');
    const write = (body: object, token?: string) =>
      send(sandbox, 'PUT', path, { message: 'm', content, ...body }, token);
    expect((await write({})).status).toBe(422);
    expect((await write({ sha: '0'.repeat(40) })).status).toBe(409);
    sandbox.tokens.configure('ghp_files', { permissions: { contents: 'write' } });
    expect(await write({ sha: data.sha }, 'ghp_files')).toMatchObject({ status: 403 });
    expect((await write({ sha: data.sha })).status).toBe(200);
    expect((await send(sandbox, 'PUT', path.replace('work.yml', 'new.yml'), { message: 'm', content })).status).toBe(
      201,
    );
    expect((await rest<Workflow>(sandbox, `${BASE}/new.yml`)).data.name).toBe('Better');
    expect((await rest<unknown[]>(sandbox, '/repos/acme/big/contents/.github/workflows')).data).toHaveLength(4);
    expect((await rest(sandbox, `${path}?ref=nope`)).status).toBe(404);
    expect((await rest(sandbox, '/repos/acme/big/contents/nope')).status).toBe(404);
    expect((await rest(sandbox, '/repos/acme/big/branches/main')).status).toBe(200);
  });
});

describe('a dispatch', () => {
  it('answers the run it made, named by the evaluated run-name', async () => {
    await start();
    const { status, data } = await dispatch(GOOD);
    expect(status).toBe(200);
    const [run] = await runs();
    expect(data).toEqual({
      workflow_run_id: run?.id,
      run_url: `${sandbox.url}/repos/acme/big/actions/runs/${run?.id}`,
      html_url: `https://github.com/acme/big/actions/runs/${run?.id}`,
    });
    expect(run).toMatchObject({
      display_title: 'Work on a/b [r-1]',
      name: 'Work',
      event: 'workflow_dispatch',
      path: '.github/workflows/work.yml',
    });
    expect((await dispatch({ ref: 'main', inputs: { repository: 'a/b' } })).status).toBe(204);
    expect(await runs()).toHaveLength(2);
  });

  it('bare: answers 204 although it was asked for details', async () => {
    await start({ actions: { dispatchMode: 'bare' } });
    expect((await dispatch(GOOD)).status).toBe(204);
    expect(await runs()).toHaveLength(1);
  });

  it('as an older GitHub Enterprise: refuses the unknown field and starts nothing', async () => {
    await start({ actions: { dispatchMode: 'enterprise' } });
    expect(await dispatch(GOOD)).toMatchObject({
      status: 400,
      data: { message: expect.stringContaining('return_run_details') },
    });
    expect(await runs()).toHaveLength(0);
    const { return_run_details: _, ...bare } = GOOD;
    expect((await dispatch(bare)).status).toBe(204);
  });

  it.each([
    [{ inputs: { repository: 'a/b', foo: '1', bar: '2' } }, 'work.yml', 'Unexpected inputs provided: ["foo","bar"]'],
    [{ inputs: {} }, 'work.yml', "Required input 'repository' not provided"],
    [
      { inputs: { repository: 'a/b', size: 'huge' } },
      'work.yml',
      "Provided value 'huge' for input 'size' not in the list of allowed values",
    ],
    [
      { inputs: { repository: 'a/b', workers: 'many' } },
      'work.yml',
      "Provided value 'many' for input 'workers' not of type 'number'",
    ],
    [{}, 'push.yml', "Workflow does not have 'workflow_dispatch' trigger"],
    [{}, 'broken.yml', 'failed to parse workflow: broken.yml (Line: 5, Col: 5)'],
    [{ ref: 'nope' }, 'work.yml', 'No ref found for: nope'],
    [{ color: 'blue' }, 'work.yml', 'Invalid request.'],
  ])('%j of %s is refused with 422: %s', async (body, file, message) => {
    await start();
    const answer = await dispatch({ ref: 'main', ...body }, file);
    expect(answer).toMatchObject({ status: 422, data: { message: expect.stringContaining(message) } });
    expect(await runs()).toHaveLength(0);
  });

  it('needs a workflow that is there and a token that may write actions', async () => {
    await start({ tokens: { ghp_reader: { permissions: { actions: 'read' } }, ghs_job: { permissions: {} } } });
    expect((await dispatch(GOOD, 'nope.yml')).status).toBe(404);
    const refused = await dispatch(GOOD, 'work.yml', 'ghp_reader');
    expect(refused).toMatchObject({
      status: 403,
      data: { message: 'Resource not accessible by personal access token' },
    });
    expect(refused.headers.get('x-accepted-github-permissions')).toBe('actions=write');
    expect(await dispatch(GOOD, 'work.yml', 'ghs_job')).toMatchObject({
      status: 403,
      data: { message: 'Resource not accessible by integration' },
    });
    expect((await rest(sandbox, BASE, { token: 'ghp_reader' })).status).toBe(200);
    expect(await runs()).toHaveLength(0);
  });

  it.each(['reset', '502', '500'] as const)('lost by %s before it was accepted starts nothing', async (type) => {
    await start({ faults: [{ match: { kind: 'dispatch' }, fault: type }] });
    await dispatch(GOOD).catch(() => undefined);
    expect(await runs()).toHaveLength(0);
  });

  it.each(['reset-after', '500-after', '502-after'] as const)('lost by %s has started a run', async (type) => {
    await start({ faults: [{ match: { kind: 'dispatch' }, fault: type }] });
    const answer = await dispatch(GOOD).catch(() => null);
    expect(answer?.status).toBe(type === 'reset-after' ? undefined : Number.parseInt(type, 10));
    expect(await runs()).toMatchObject([{ display_title: 'Work on a/b [r-1]' }]);
  });

  it('polling can be disturbed by what is polled', async () => {
    const rules = (['run', 'runs', 'jobs', 'log', 'workflow'] as const).map((kind) => ({
      match: { kind, nth: 2 },
      fault: '502' as const,
    }));
    await start({ faults: rules });
    const id = (await dispatch(GOOD)).data['workflow_run_id'];

    const [job] = (await rest<{ jobs: { id: number }[] }>(sandbox, `/repos/acme/big/actions/runs/${id}/jobs`)).data
      .jobs;
    const at = (path: string) =>
      fetch(new URL(path, sandbox.url), { headers: { authorization: 'token ghp_x' }, redirect: 'manual' });
    expect((await at(`/repos/acme/big/actions/runs/${id}/jobs`)).status).toBe(502);
    for (const [path, status] of [
      [`/repos/acme/big/actions/runs/${id}`, 200],
      ['/repos/acme/big/actions/runs', 200],
      [`/repos/acme/big/actions/jobs/${job?.id}/logs`, 302],
      [BASE, 200],
    ] as const)
      expect([(await at(path)).status, (await at(path)).status, (await at(path)).status]).toEqual([
        status,
        502,
        status,
      ]);
  });

  it('hang-after is accepted and never answered', async () => {
    await start({ faults: [{ match: { kind: 'dispatch' }, fault: 'hang-after' }] });
    const path = new URL(`${BASE}/work.yml/dispatches`, sandbox.url);
    const headers = { authorization: 'token ghp_x' };
    await expect(
      fetch(path, { method: 'POST', headers, body: JSON.stringify(GOOD), signal: AbortSignal.timeout(150) }),
    ).rejects.toThrow();
    expect(await runs()).toHaveLength(1);
  });
});
