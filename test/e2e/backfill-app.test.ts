import { generateKeyPairSync } from 'node:crypto';
import { afterEach, expect, test } from 'vitest';
import { type Sandbox, startSandbox } from '../sandbox/sandbox.ts';
import { runCli } from '../support/cli.ts';

const TOKEN_MS = 2_000;
const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 });
const pem = (key: typeof privateKey) => key.export({ type: 'pkcs8', format: 'pem' }).toString();

let sandbox: Sandbox | undefined;
afterEach(async () => {
  await sandbox?.close();
});

/** A backfill in the name of a GitHub App whose installation tokens live for seconds, as those of others for an hour. */
async function captureAsApp(key: string) {
  sandbox = await startSandbox({
    repositories: [{ owner: 'acme', name: 'big', prs: 40 }],
    acceptUnknownTokens: false,
    latency: 'github',
    latencyFactor: 0.6,
    apps: {
      '4711': {
        publicKey: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
        installationId: 77,
        tokenMs: TOKEN_MS,
        permissions: { metadata: 'read', contents: 'read', pull_requests: 'read' },
      },
    },
  });
  const result = await runCli(['backfill', 'acme/big', '--chunk-size', '10'], {
    timeout: 50_000,
    env: {
      GITHUB_API_URL: sandbox.apiUrl,
      GITHUB_GRAPHQL_URL: sandbox.graphqlUrl,
      DEADZONE_APP_ID: '4711',
      DEADZONE_APP_PRIVATE_KEY: key.replaceAll('\n', '\\n'),
    },
  });
  return { ...result, requests: sandbox.ledger.entries() };
}

test('a run that outlives its installation tokens mints new ones before they end, and no request is refused', async () => {
  const { exitCode, stderr, stdout, requests } = await captureAsApp(pem(privateKey));
  expect([exitCode, stderr]).toEqual([0, expect.stringContaining('completed: acme/big, 40 of 40 pull requests')]);
  const mints = requests.filter(({ target }) => target === 'POST /app/installations/77/access_tokens');
  expect(mints.length).toBeGreaterThan(2);
  const used = new Set(requests.flatMap(({ token }) => token ?? []));
  expect(used.size).toBe(mints.length);
  expect(requests.filter(({ status }) => status === 401)).toEqual([]);
  expect(stderr + stdout).not.toMatch(/ghs_|PRIVATE KEY|eyJ/);
});

test("a key that is not the App's is refused with exit 4, and captures nothing", async () => {
  const stranger = generateKeyPairSync('rsa', { modulusLength: 2_048 });
  const { exitCode, stderr, requests } = await captureAsApp(pem(stranger.privateKey));
  expect([exitCode, stderr]).toEqual([
    4,
    expect.stringContaining('check DEADZONE_APP_ID and DEADZONE_APP_PRIVATE_KEY'),
  ]);
  expect(requests.map(({ status }) => status)).toEqual([401]);
});
