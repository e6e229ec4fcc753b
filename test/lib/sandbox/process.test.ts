import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { PullRequestTruth } from '../../sandbox/ground-truth.ts';
import { control, enumerate, graphql } from './ask.ts';

const MAIN = fileURLToPath(new URL('../../sandbox/main.ts', import.meta.url));

let folder: string;
const children = new Set<ChildProcess>();

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'sandbox-test-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));
afterEach(() => {
  for (const child of children) child.kill('SIGKILL');
  children.clear();
});

interface Started {
  readonly child: ChildProcess;
  readonly said: () => string;
  readonly ended: Promise<number | null>;
}

function run(...args: readonly string[]): Started {
  const child = spawn(process.execPath, [MAIN, ...args], { stdio: ['pipe', 'pipe', 'pipe'] });
  children.add(child);
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk: Buffer) => (text += chunk.toString()));
  const ended = once(child, 'close').then(([code]) => code as number | null);
  return { child, said: () => text, ended };
}

async function listening(
  ...args: readonly string[]
): Promise<Started & { readonly url: string; readonly graphqlUrl: string }> {
  const started = run(...args);
  await expect.poll(started.said, { timeout: 15_000 }).toContain('Ctrl-C');
  const url = /GITHUB_API_URL=(\S+)/.exec(started.said())?.[1] ?? '';
  return { ...started, url, graphqlUrl: `${url}/graphql` };
}

describe('the sandbox as a process', () => {
  it('prints what to paste, serves the control endpoints, ends cleanly on SIGTERM', async () => {
    const sandbox = await listening('--repo', 'acme/big', '--prs', '12', '--limit', '70');
    expect(sandbox.said()).toContain(
      `export GITHUB_API_URL=${sandbox.url} GITHUB_GRAPHQL_URL=${sandbox.url}/graphql GITHUB_TOKEN=ghp_sandbox`,
    );
    expect(await enumerate(sandbox, 'acme/big')).toHaveLength(12);
    const limit = await graphql<{ rateLimit: { limit: number } }>(
      sandbox,
      '{ rateLimit { limit } }',
      {},
      'ghp_sandbox',
    );
    expect(limit.data.rateLimit.limit).toBe(70);
    expect((await control(sandbox, 'mutations', { kind: 'append', repository: 'acme/big', count: 1 })).status).toBe(
      200,
    );
    expect(await enumerate(sandbox, 'acme/big')).toHaveLength(13);
    sandbox.child.kill('SIGTERM');
    expect(await sandbox.ended).toBe(0);
  });

  it('ends by itself when the process that started it is gone', async () => {
    const sandbox = await listening('--prs', '1');
    sandbox.child.stdin?.end();
    expect(await sandbox.ended).toBe(0);
  });

  it.each([
    ['--prs', 'many', '--prs must be a whole number of at least 0, not "many"'],
    ['--repo', 'acme', '--repo must be OWNER/NAME, not "acme"'],
    ['--latency', 'moon', '--latency must be github or none, not "moon"'],
    ['--faults', '/nowhere.json', 'The fault script /nowhere.json cannot be read'],
    ['--colour', 'blue', "Unknown option '--colour'"],
  ])('%s %s is refused with exit code 2 and the reason', async (flag, value, message) => {
    const refused = run(flag, value);
    expect(await refused.ended).toBe(2);
    expect(refused.said()).toContain(message);
    expect(refused.said()).not.toContain('    at ');
  });

  it('serves a recorded history, in UTC, and says what is generated', async () => {
    const lines = [
      { repository: 'acme/recorded', pullRequests: 2, source: 'public git history' },
      {
        number: 5,
        title: 'Größe 📏',
        bodyLength: 40,
        author: { login: 'dependabot[bot]', id: 49_699_333 },
        createdAt: '2019-10-08T13:25:49+02:00',
        mergedAt: '2019-10-09T13:13:26-07:00',
        mergeCommit: '7a839c6d397d32245989dbb73a7b81a88b2d6e30',
        headRef: 'topic',
        commits: [
          {
            sha: 'e05889d9f19e6c6386fbe27d91c03c2c211c1af0',
            headline: 'Größe',
            authoredAt: '2019-10-08T13:25:49+02:00',
          },
        ],
        files: [{ path: 'a/b.go', additions: 2, deletions: 1 }],
      },
      {
        number: 9,
        title: 'Older than its number',
        bodyLength: 0,
        author: { login: 'ada', id: 7 },
        createdAt: '2019-10-07T00:00:00Z',
        mergedAt: '2019-10-07T01:00:00Z',
        mergeCommit: '398bd27d02c9d99bd78df896a766b86012c87490',
        commits: [
          { sha: '398bd27d02c9d99bd78df896a766b86012c87490', headline: 'x', authoredAt: '2019-10-07T00:00:00Z' },
        ],
        files: [],
      },
    ];
    const file = join(folder, 'history.jsonl.gz');
    writeFileSync(file, gzipSync(lines.map((line) => JSON.stringify(line)).join('\n')));
    const sandbox = await listening('--seed', file);
    expect(sandbox.said()).toContain(
      'acme/recorded: 2 pull requests, public git history; reviews and comments are generated',
    );
    expect((await enumerate(sandbox, 'acme/recorded')).map((each) => each.number)).toEqual([9, 5]);
    const response = await fetch(`${sandbox.url}/_sandbox/ground-truth?repository=acme/recorded`);
    const [, second = '{}'] = (await response.text()).split('\n');
    const truth = JSON.parse(second) as PullRequestTruth;
    expect(truth.pullRequest).toMatchObject({
      number: 5,
      title: 'Größe 📏',
      createdAt: '2019-10-08T11:25:49Z',
      mergedAt: '2019-10-09T20:13:26Z',
      mergeCommitOid: '7a839c6d397d32245989dbb73a7b81a88b2d6e30',
      author: { __typename: 'Bot', login: 'dependabot', databaseId: 49_699_333 },
      additions: 2,
      changedFiles: 1,
    });
    expect(truth.pullRequest.body).toHaveLength(40);
    expect(truth.commits).toMatchObject([
      { oid: 'e05889d9f19e6c6386fbe27d91c03c2c211c1af0', authoredDate: '2019-10-08T11:25:49Z' },
    ]);
  });

  it('names the line of a seed file that is not one', async () => {
    const file = join(folder, 'broken.jsonl');
    writeFileSync(file, '{"repository":"a/b","pullRequests":1,"source":"x"}\n{"number":"five"}\n');
    const refused = run('--seed', file);
    expect(await refused.ended).not.toBe(0);
    expect(refused.said()).toContain(`${file}, line 2: not a recorded pull request`);
  });
});
