import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { startSandbox } from '../test/sandbox/sandbox.ts';

/**
 * The product at work without a GitHub account: a simulated GitHub with about 2,000 pull requests (or as many as the
 * first argument says) and a few faults, the real command line, a fresh embedded store in a temporary folder. Ends with
 * the exit code of the first command that failed, 130 when it is interrupted, and leaves nothing behind.
 */
const REPOSITORY = 'acme/rocket';
const PULL_REQUESTS = Number(process.argv[2] ?? 2_000);
const RUN = join(import.meta.dirname, '..', 'bin', 'run.js');

const COMMANDS = [
  { why: 'Capture everything', args: ['backfill', REPOSITORY] },
  { why: "Compare GitHub's counts with the rows", args: ['backfill', 'verify', REPOSITORY] },
  { why: 'See how it stands', args: ['backfill', 'status', REPOSITORY] },
] as const;

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

/** The caller's environment without what would lead the demo to a real GitHub, database or configuration. */
const inherited = Object.entries(process.env).filter(([name]) => !/^(DEADZONE|GITHUB|GH|SUPABASE)_/.test(name));
const environment = {
  ...Object.fromEntries(inherited),
  XDG_CONFIG_HOME: folder,
  XDG_STATE_HOME: folder,
  GITHUB_API_URL: sandbox.apiUrl,
  GITHUB_GRAPHQL_URL: sandbox.graphqlUrl,
  GITHUB_TOKEN: 'ghp_demo',
};

// The command is told by the terminal, or here; this process outlives it to clean up.
const interrupted = new AbortController();
let child: { kill(signal: NodeJS.Signals): boolean } | undefined;
process.on('SIGINT', () => interrupted.abort());
for (const signal of ['SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    interrupted.abort();
    child?.kill(signal);
  });
}

function say(text: string): void {
  process.stderr.write(`${text}\n`);
}

async function runAll(): Promise<number> {
  for (const { why, args } of COMMANDS) {
    if (interrupted.signal.aborted) return 130;
    say(`\n# ${why}\n$ capture-cli ${args.join(' ')}`);
    const running = execa(process.execPath, [RUN, ...args], {
      cwd: folder,
      env: environment,
      extendEnv: false,
      stdio: 'inherit',
      reject: false,
    });
    child = running;
    const { exitCode = 1 } = await running;
    if (exitCode !== 0) return exitCode;
  }
  return 0;
}

say(
  `A simulated GitHub serves ${REPOSITORY} with ${PULL_REQUESTS.toLocaleString('en')} pull requests at ${sandbox.url}.`,
);
say('It times out, refuses pages and limits requests a few times, as GitHub does.');
try {
  process.exitCode = await runAll();
} finally {
  await sandbox.close();
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
}
if (process.exitCode === 0) {
  say('\nThat was the demo; what it stored is removed. With a GitHub token the same is:');
  say('$ npx capture-cli backfill OWNER/REPO');
} else {
  say(`\nThe demo ended with exit code ${process.exitCode}; what it stored is removed.`);
}
