import { readFile } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { CATALOGUE } from '../../../src/lib/actions/catalogue/catalogue.ts';
import { inputsOf } from '../../../src/lib/actions/catalogue/workflow-inputs.ts';
import { dispatch } from '../../../src/lib/actions/dispatch/dispatch.ts';
import { planDispatch } from '../../../src/lib/actions/dispatch/dispatch-plan.ts';
import { RateLimitPause } from '../../../src/lib/github/refusals.ts';
import { PROJECT_ROOT } from '../../support/cli.ts';
import { clientFor, thrownBy } from '../github/client-under-test.ts';
import { json, type SeenRequest, startScriptedServer } from '../github/scripted-server.ts';
import { START } from '../github/virtual-clock.ts';

const [entry] = CATALOGUE;
const REQUEST_ID = 'r-1234';
const inputs = inputsOf(entry.inputs, { args: { repository: 'acme/big' }, flags: {}, settings: {} }, REQUEST_ID);
const shipped = await readFile(join(PROJECT_ROOT, '.github', 'workflows', entry.workflow), 'utf8');

interface Hub {
  readonly repository?: object;
  readonly headers?: Record<string, string>;
  readonly workflow?: { readonly status: number; readonly state?: string };
  readonly file?: { readonly status: number; readonly text?: string; readonly message?: string };
  /** Answers the POSTs, from 0; the run exists when it returns true. */
  readonly post?: (response: ServerResponse, nth: number, request: SeenRequest) => boolean;
  /** Looks for runs before the run is listed. */
  readonly appearsAfter?: number;
  readonly listing?: (response: ServerResponse, nth: number) => boolean;
}

function accept(response: ServerResponse): boolean {
  json(response, 200, ACCEPTED);
  return true;
}

const ACCEPTED = { workflow_run_id: 77, html_url: 'https://github.com/acme/ops/actions/runs/77' };

async function hub(options: Hub = {}) {
  const { workflow = { status: 200, state: 'active' }, file = { status: 200, text: shipped } } = options;
  const posts: SeenRequest[] = [];
  let looks = 0;
  let exists = false;
  const run = (id: number, title: string) => ({
    id,
    display_title: title,
    html_url: `https://github.com/acme/ops/actions/runs/${id}`,
    run_attempt: 1,
  });
  const server = await startScriptedServer((request, response) => {
    const { pathname } = new URL(request.url, 'http://localhost');
    const date = { date: new Date(START).toUTCString(), ...options.headers };
    if (pathname === '/repos/acme/ops') {
      const base = { full_name: 'acme/ops', default_branch: 'trunk', archived: false };
      return json(response, 200, { ...base, ...options.repository }, date);
    }
    if (pathname.startsWith('/repos/acme/ops/contents/')) {
      const content = Buffer.from(file.text ?? '').toString('base64');
      return json(response, file.status, file.status === 200 ? { content } : { message: file.message ?? 'Not Found' });
    }
    if (request.method === 'POST') {
      posts.push(request);
      const post = options.post ?? accept;
      exists = post(response, posts.length - 1, request);
      return undefined;
    }
    if (pathname.endsWith('/runs')) {
      looks += 1;
      if (options.listing?.(response, looks - 1)) return undefined;
      const shown = exists && looks > (options.appearsAfter ?? 0);
      const others = [run(99, 'Backfill acme/other r-9999'), run(98, `Backfill x${REQUEST_ID}`)];
      const runs = shown ? [...others, run(77, `Backfill acme/big ${REQUEST_ID}`)] : others;
      return json(response, 200, { total_count: runs.length, workflow_runs: runs });
    }
    const path = `.github/workflows/${entry.workflow}`;
    return json(response, workflow.status, { id: 1, name: 'x', path, state: workflow.state });
  });
  const under = clientFor(server.url);
  const signal = new AbortController().signal;
  const request = { repository: { owner: 'acme', name: 'ops' }, workflow: entry.workflow, inputs };
  const plan = (ref?: string) => planDispatch(under.client, { ...request, ref }, REQUEST_ID, signal);
  const send = async () => dispatch({ github: under.client, clock: under.clock, signal }, await plan());
  return { server, posts, plan, send, looks: () => looks };
}

describe('one dispatch is one POST', () => {
  test('the answer names the run', async () => {
    const { send, posts, looks } = await hub();
    expect(await send()).toEqual({ runId: '77', url: ACCEPTED.html_url, attempt: 1, foundBy: 'answer' });
    expect(posts).toHaveLength(1);
    expect(JSON.parse(posts[0]?.body ?? '')).toEqual({ ref: 'trunk', inputs, return_run_details: true });
    expect(looks()).toBe(0);
  });

  test('after a bare 204 the run is found by the request in its title, however many others are newer', async () => {
    const { send, posts } = await hub({
      appearsAfter: 3,
      post: (response) => {
        response.writeHead(204).end();
        return true;
      },
    });
    expect(await send()).toMatchObject({ runId: '77', foundBy: 'title' });
    expect(posts).toHaveLength(1);
  });

  test.for([400, 422])(
    'a server that does not know return_run_details (%i) is asked once without it',
    async (status) => {
      const { send, posts } = await hub({
        post: (response, nth) => {
          if (nth === 0) json(response, status, { message: '"return_run_details" is not a permitted key.' });
          else response.writeHead(204).end();
          return nth > 0;
        },
      });
      expect(await send()).toMatchObject({ runId: '77' });
      expect(posts.map(({ body }) => Object.hasOwn(JSON.parse(body), 'return_run_details'))).toEqual([true, false]);
    },
  );

  const failures: readonly (readonly [string, (response: ServerResponse) => void])[] = [
    ['500 that was accepted', (response: ServerResponse): void => json(response, 500, {})],
    ['502 that was accepted', (response: ServerResponse): void => json(response, 502, {})],
    ['cut before the answer', (response: ServerResponse) => void response.destroy()],
    [
      'cut within the answer',
      (response: ServerResponse) => {
        response.writeHead(200, { 'content-type': 'application/json', 'content-length': '500' });
        response.write('{"workflow_run_id":', () => response.destroy());
      },
    ],
  ];
  test.for(failures)('%s: the run is found and nothing is sent again', async ([, fail]) => {
    const { send, posts } = await hub({
      post: (response) => {
        fail(response);
        return true;
      },
    });
    expect(await send()).toMatchObject({ runId: '77', foundBy: 'title' });
    expect(posts).toHaveLength(1);
  });

  test('a failure that GitHub did not act on is reported as uncertain and is not sent again', async () => {
    const { send, posts } = await hub({
      post: (response) => {
        json(response, 500, {});
        return false;
      },
    });
    expect(await thrownBy(send())).toMatchObject({
      code: 'dispatch_unconfirmed',
      exitCode: 1,
      message: expect.stringContaining('not sent a second time'),
    });
    expect(posts).toHaveLength(1);
  });

  test('GitHub may fail while the run is looked for', async () => {
    const { send, posts } = await hub({
      post: (response) => {
        response.writeHead(204).end();
        return true;
      },
      listing: (response, nth) => {
        if (nth > 5) return false;
        json(response, 502, {});
        return true;
      },
    });
    expect(await send()).toMatchObject({ runId: '77' });
    expect(posts).toHaveLength(1);
  });

  test('a rate limit is told, not waited for and sent again', async () => {
    const { send, posts } = await hub({
      post: (response) => {
        json(response, 403, { message: 'You have exceeded a secondary rate limit' }, { 'retry-after': '20' });
        return false;
      },
    });
    expect(await thrownBy(send())).toBeInstanceOf(RateLimitPause);
    expect(posts).toHaveLength(1);
  });

  test.for([
    [422, { message: "No ref found for: 'x'" }, 'dispatch_rejected', 1],
    [404, { message: 'Not Found' }, 'dispatch_rejected', 1],
    [403, { message: 'Resource not accessible by personal access token' }, 'dispatch_not_permitted', 4],
  ] as const)('a refusal (%i) is final', async ([status, body, code, exitCode]) => {
    const { send, posts, looks } = await hub({
      post: (response) => {
        json(response, status, body);
        return false;
      },
    });
    expect(await thrownBy(send())).toMatchObject({ code, exitCode, message: expect.stringContaining(body.message) });
    expect([posts.length, looks()]).toEqual([1, 0]);
  });
});

describe('what would fail is caught before it is sent', () => {
  const without = (pattern: RegExp) => shipped.replace(pattern, '');
  test.for<[string, Hub, string, number]>([
    ['an archived repository', { repository: { archived: true } }, 'dispatch_repository_archived', 2],
    ['a workflow that is not there', { workflow: { status: 404 } }, 'workflow_missing', 2],
    ['a disabled workflow', { workflow: { status: 200, state: 'disabled_manually' } }, 'workflow_disabled', 2],
    [
      'one disabled for inactivity',
      { workflow: { status: 200, state: 'disabled_inactivity' } },
      'workflow_disabled',
      2,
    ],
    ['a ref without the workflow', { file: { status: 404 } }, 'workflow_not_on_ref', 2],
    ['an unknown ref', { file: { status: 404, message: 'No commit found for the ref x' } }, 'ref_unknown', 2],
    ['no workflow_dispatch', { file: { status: 200, text: 'on: [push]\njobs: {}' } }, 'workflow_not_dispatchable', 2],
    ['a file that is no YAML', { file: { status: 200, text: ']' } }, 'workflow_not_dispatchable', 2],
    [
      'an input that is not declared',
      { file: { status: 200, text: without(/ {6}chunk_size:\n(?: {8}.*\n)+/) } },
      'workflow_inputs_differ',
      2,
    ],
    [
      'an input that it requires and we do not send',
      {
        file: {
          status: 200,
          text: shipped.replace('    inputs:\n', '    inputs:\n      more:\n        required: true\n'),
        },
      },
      'workflow_inputs_differ',
      2,
    ],
    ['a token without the scope', { headers: { 'x-oauth-scopes': 'gist' } }, 'dispatch_not_permitted', 4],
    [
      'a token whose owner may not write',
      { headers: { 'x-oauth-scopes': 'repo' }, repository: { permissions: { push: false } } },
      'dispatch_not_permitted',
      4,
    ],
  ])('%s', async ([, options, code, exitCode]) => {
    const { send, posts } = await hub(options);
    const thrown = await thrownBy(send());
    expect(thrown).toMatchObject({ code, exitCode });
    expect((thrown as { nextSteps: readonly string[] }).nextSteps.length).toBeGreaterThan(0);
    expect(posts).toEqual([]);
  });

  test('contents that the token may not read do not stand in the way', async () => {
    const { send } = await hub({ file: { status: 403, message: 'Resource not accessible by integration' } });
    expect(await send()).toMatchObject({ runId: '77' });
  });

  test('the shipped workflow declares exactly what is sent', async () => {
    const { plan } = await hub();
    expect(await plan('release')).toMatchObject({ ref: 'release', inputs, requestId: REQUEST_ID });
  });
});
