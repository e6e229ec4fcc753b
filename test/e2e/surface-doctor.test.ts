import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type CliResult, PROJECT_ROOT, runCli } from '../support/cli.ts';

const token = 'ghp_A1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q7r8';
const reset = Math.floor(Date.now() / 1000) + 1800;
const limits = {
  resources: {
    core: { limit: 5000, remaining: 4990, reset },
    graphql: { limit: 5000, remaining: 1234, reset },
  },
};

let folder: string;
let server: Server;
let url: string;
let answer: (request: IncomingMessage, response: ServerResponse) => void;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'capture-cli-doctor-'));
  answer = (request, response) => {
    const known = request.headers.authorization === `Bearer ${token}`;
    response.writeHead(known ? 200 : 401, { 'content-type': 'application/json', 'x-oauth-scopes': 'repo' });
    response.end(JSON.stringify(known ? limits : { message: 'Bad credentials' }));
  };
  server = createServer((request, response) => answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await rm(folder, { recursive: true, force: true });
});

function doctor(env: Record<string, string> = {}, ...args: string[]): Promise<CliResult> {
  return runCli(['doctor', ...args], { cwd: folder, env: { GITHUB_API_URL: url, GITHUB_TOKEN: token, ...env } });
}

async function checks(env: Record<string, string> = {}, ...args: string[]) {
  const { exitCode, stdout } = await doctor(env, '--json', ...args);
  const document = JSON.parse(stdout);
  const byName: Record<string, { status: string; detail: string; fix?: string }> = Object.fromEntries(
    document.checks.map((check: { name: string }) => [check.name, check]),
  );
  return { exitCode, byName, settings: document.settings, stdout };
}

describe('when all is well', () => {
  test('every check passes, with its time, and the exit code is 0', async () => {
    const { exitCode, stdout, stderr } = await doctor();
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(stdout).toContain('✔ pass  Node');
    expect(stdout).toMatch(/GitHub token +classic token from GITHUB_TOKEN, accepted, scopes repo \(\d+ ms\)/);
    expect(stdout).toContain(`GraphQL 1234 of 5000, reset ${new Date(reset * 1000).toISOString()}; REST 4990 of 5000`);
    expect(stdout).toContain('agrees with GitHub');
    expect(stdout).toMatch(/\d+ passed, \d+ warnings, 0 failed\n$/);
    expect(stdout).not.toContain(token);
  });

  test('every setting is shown with where it came from', async () => {
    await writeFile(join(folder, '.deadzonerc'), 'backfill: { chunkSize: 7 }');
    const { settings } = await checks({ DEADZONE_BACKFILL_RESERVE: '500' }, '--store', 'here');
    expect(settings).toEqual(
      expect.arrayContaining([
        { key: 'store.directory', value: join(folder, 'here'), source: '--store' },
        { key: 'github.apiUrl', value: url, source: 'GITHUB_API_URL' },
        { key: 'github.graphqlUrl', value: `${url}/graphql`, source: 'default from github.apiUrl' },
        { key: 'backfill.chunkSize', value: '7', source: `project file ${join(folder, '.deadzonerc')}` },
        { key: 'backfill.reserve', value: '500', source: 'DEADZONE_BACKFILL_RESERVE' },
        { key: 'backfill.maxMinutes', value: null, source: 'default' },
      ]),
    );
  });
});

describe('what is wrong with GitHub', () => {
  test('a token that is refused: exit 4', async () => {
    const { exitCode, byName } = await checks({ GITHUB_TOKEN: 'ghp_wrongwrongwrongwrong' });
    expect(exitCode).toBe(4);
    expect(byName['GitHub token']).toMatchObject({ status: 'fail', fix: 'replace the token in GITHUB_TOKEN' });
    expect(byName['GitHub API']?.status).toBe('pass');
  });

  test('no token: exit 4 and how to get one', async () => {
    const { exitCode, byName } = await checks({ GITHUB_TOKEN: '' });
    expect(exitCode).toBe(4);
    expect(byName['GitHub token']).toMatchObject({ status: 'fail', detail: 'none found' });
    expect(byName['GitHub token']?.fix).toContain('gh auth login');
  });

  test('nobody answers: exit 1', async () => {
    const { exitCode, byName } = await checks({ GITHUB_API_URL: 'http://127.0.0.1:9' });
    expect(exitCode).toBe(1);
    expect(byName['GitHub API']?.status).toBe('fail');
    expect(byName['GitHub token']?.status).toBe('warn');
  });

  test('a hung connection ends with the time-out', async () => {
    answer = () => {};
    const { exitCode, byName } = await checks({ DEADZONE_GITHUB_REQUEST_TIMEOUT_SECONDS: '1' });
    expect(exitCode).toBe(1);
    expect(byName['GitHub API']?.detail).toContain('no answer in time');
  });

  test('a clock that is off, and a budget that is spent, are warnings', async () => {
    answer = (_, response) => {
      response.setHeader('date', new Date(Date.now() + 3_600_000).toUTCString());
      const graphql = { ...limits.resources.graphql, remaining: 0 };
      response.end(JSON.stringify({ resources: { ...limits.resources, graphql } }));
    };
    const { exitCode, byName } = await checks();
    expect(exitCode).toBe(0);
    expect(byName['Clock']).toMatchObject({
      status: 'warn',
      detail: expect.stringMatching(/^(3599|360\d) s behind GitHub$/),
    });
    expect(byName['GitHub rate limit']?.status).toBe('warn');
  });

  test('an enterprise server without rate limits passes', async () => {
    answer = (_, response) => response.writeHead(404).end('{"message":"Rate limiting is not enabled."}');
    const { exitCode, byName } = await checks();
    expect(exitCode).toBe(0);
    expect(byName['GitHub rate limit']).toMatchObject({ status: 'pass', detail: 'this server has no rate limit' });
  });
});

describe('the store', () => {
  test('a path that is a file is no store', async () => {
    await writeFile(join(folder, 'file'), '');
    const { exitCode, byName } = await checks({}, '--store', 'file');
    expect(exitCode).toBe(1);
    expect(byName['Store']).toMatchObject({ status: 'fail', detail: expect.stringContaining('is not a folder') });
  });

  test('doctor makes nothing', async () => {
    await mkdir(join(folder, 'empty'));
    const { byName } = await checks({}, '--store', 'empty/store');
    expect(byName['Store']?.detail).toContain('is made by the first backfill');
  });

  test('a hosted store needs a key that may write: exit 4', async () => {
    const missing = await checks({ SUPABASE_URL: url });
    expect(missing.exitCode).toBe(4);
    const weak = await checks({ SUPABASE_URL: url, SUPABASE_SERVICE_KEY: 'sb_publishable_abcdefgh' });
    expect(weak.exitCode).toBe(4);
    expect(weak.byName['Store']?.detail).toContain('publishable key');
  });

  test('a hosted store is asked for the version of its schema', async () => {
    const github = answer;
    const key = 'sb_secret_abcdefghijklmnop';
    const newest = await newestMigration();
    const hosted = (status: number, version: string) => {
      answer = (request, response) => {
        if (!request.url?.startsWith('/rest/v1/')) return github(request, response);
        response.writeHead(request.headers['apikey'] === key ? status : 401, { 'content-type': 'application/json' });
        response.end(JSON.stringify(status === 200 ? version : { code: 'PGRST202', message: 'no such function' }));
      };
      return checks({ SUPABASE_URL: url, SUPABASE_SERVICE_KEY: key });
    };
    const there = await hosted(200, newest);
    expect(there).toMatchObject({ exitCode: 0, byName: { Store: { status: 'pass' } } });
    expect(there.byName['Store']?.detail).toContain(`secret key from SUPABASE_SERVICE_KEY, schema ${newest}`);
    expect(there.stdout).not.toContain(key);
    expect(await hosted(200, '20200101000000')).toMatchObject({ exitCode: 1, byName: { Store: { status: 'fail' } } });
    expect(await hosted(404, '')).toMatchObject({ exitCode: 1, byName: { Store: { status: 'fail' } } });
    expect(await hosted(401, '')).toMatchObject({ exitCode: 4, byName: { Store: { status: 'fail' } } });
  });

  test('an embedded store tells its schema and who is using it', async () => {
    const store = join(folder, 'store');
    await mkdir(join(store, 'data'), { recursive: true });
    await writeFile(join(store, 'version.json'), '{"newestMigration": "20261121000000"}');
    const inUse = async (pid: number) => {
      const owner = { pid, url: 'http://127.0.0.1:1', key: 'k', startedAt: '2026-11-21T10:00:00.000Z' };
      const path = join(store, 'owner.json');
      await writeFile(path, JSON.stringify({ ...owner, newestMigration: '20261121000000' }), { mode: 0o600 });
      return (await checks({}, '--store', 'store')).byName['Store']?.detail;
    };
    expect((await checks({}, '--store', 'store')).byName['Store']?.detail).toMatch(
      /schema 20261121000000, not in use$/,
    );
    expect(await inUse(process.pid)).toContain(`in use by process ${process.pid} since 2026-11-21T10:00:00.000Z`);
    // Linux gives process ids below 2^22.
    expect(await inUse(2 ** 22 + 1)).toContain('which has ended: the next command takes over');
  });
});

async function newestMigration(): Promise<string> {
  const names = await readdir(join(PROJECT_ROOT, 'supabase', 'migrations'));
  return names.sort().at(-1)?.slice(0, 14) ?? '';
}
