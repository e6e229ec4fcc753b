import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { startSandbox } from '../test/sandbox/sandbox.ts';

/**
 * The product at work without a GitHub account: a simulated GitHub with about 2,000 pull requests and a few faults, the real command
 * line, a fresh embedded store in a temporary folder. Ends with the exit code of the first command that failed.
 */
const REPOSITORY = 'acme/rocket';
const PULL_REQUESTS = 2_000;

const folder = mkdtempSync(join(tmpdir(), 'capture-cli-demo-'));
const sandbox = await startSandbox({
  repositories: [{ owner: 'acme', name: 'rocket', prs: PULL_REQUESTS }],
  faults: [
    { match: { kind: 'hydrate', nth: 6 }, fault: '502' },
    { match: { kind: 'hydrate', nth: 20 }, fault: 'resource-limits' },
    { match: { kind: 'enumerate', nth: 9 }, fault: '504' },
    { match: { kind: 'hydrate', nth: 40 }, fault: { type: 'secondary-403', retryAfter: 2 } },
    { match: { kind: 'hydrate', nth: 60 }, fault: 'cut-stream' },
  ],
});

const environment = {
  GITHUB_API_URL: sandbox.apiUrl,
  GITHUB_GRAPHQL_URL: sandbox.graphqlUrl,
  GITHUB_TOKEN: 'ghp_demo',
  DEADZONE_STORE_DIRECTORY: join(folder, 'store'),
};

process.stderr.write(
  `A simulated GitHub serves ${REPOSITORY} with ${PULL_REQUESTS} pull requests at ${sandbox.url}.\n`,
);
try {
  for (const args of [
    ['backfill', REPOSITORY],
    ['backfill', 'verify', REPOSITORY],
    ['backfill', 'status', REPOSITORY],
  ]) {
    process.stderr.write(`\n$ capture-cli ${args.join(' ')}\n`);
    const { exitCode } = await execa(process.execPath, [join(import.meta.dirname, '..', 'bin', 'run.js'), ...args], {
      env: environment,
      stdio: 'inherit',
      reject: false,
    });
    if (exitCode !== 0) {
      process.exitCode = exitCode ?? 1;
      break;
    }
  }
} finally {
  await sandbox.close();
  rmSync(folder, { recursive: true, force: true });
}
