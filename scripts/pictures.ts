import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Sandbox, startSandbox } from '../test/sandbox/sandbox.ts';
import { openTerminal, type PseudoTerminal } from '../test/support/terminal.ts';

/**
 * Draws docs/images/*.svg: the live view of the built command line, at work against the simulated GitHub in a real
 * pseudo terminal, at both sizes. Pull requests, faults and the moments of the pictures are fixed; clock times are not.
 */
const ROOT = join(import.meta.dirname, '..');
const IMAGES = join(ROOT, 'docs', 'images');
const REPOSITORY = 'acme/rocket';
const PULL_REQUESTS = 2_000;
const SIZES = [
  { columns: 80, rows: 24 },
  { columns: 140, rows: 40 },
] as const;

type Size = (typeof SIZES)[number];

/** GitHub's own response times, so that rate and time left are plausible; a fifth of them, so that nobody waits. */
const LATENCY_FACTOR = 0.2;
const RESET_IN_MS = 14 * 60_000;

/** Slow, with a refusal, a pull request that is refused even alone, and a spent budget at the end. */
function slowGitHub(): Promise<Sandbox> {
  return startSandbox({
    repositories: [{ owner: 'acme', name: 'rocket', prs: PULL_REQUESTS }],
    latency: 'github',
    latencyFactor: LATENCY_FACTOR,
    faults: [
      { match: { kind: 'hydrate', number: 412 }, fault: '502' },
      { match: { kind: 'hydrate', number: 900, times: 1 }, fault: 'resource-limits' },
      { match: { kind: 'hydrate', number: 1_500, times: 1 }, fault: { type: 'primary-403', resetInMs: RESET_IN_MS } },
    ],
  });
}

/** As fast as this machine, with one refusal. */
function fastGitHub(): Promise<Sandbox> {
  return startSandbox({
    repositories: [{ owner: 'acme', name: 'rocket', prs: PULL_REQUESTS }],
    faults: [{ match: { kind: 'hydrate', nth: 12 }, fault: '502' }],
  });
}

/** Runs the command in a terminal of this size, with a fresh store, for as long as `use` takes. */
async function inTerminal(
  sandbox: Sandbox,
  size: Size,
  use: (terminal: PseudoTerminal) => Promise<void>,
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'capture-cli-pictures-'));
  const command = `backfill ${REPOSITORY}`;
  const terminal = openTerminal({
    ...size,
    file: '/bin/sh',
    args: ['-c', `echo '$ capture-cli ${command}'; exec "$NODE" "$RUN" ${command}`],
    cwd: folder,
    env: {
      NODE: process.execPath,
      RUN: join(ROOT, 'bin', 'run.js'),
      HOME: folder,
      LANG: 'C.UTF-8',
      TZ: 'UTC',
      GITHUB_TOKEN: 'ghp_pictures',
      GITHUB_API_URL: sandbox.apiUrl,
      GITHUB_GRAPHQL_URL: sandbox.graphqlUrl,
    },
  });
  try {
    await use(terminal);
  } finally {
    await terminal.close();
    await sandbox.close();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

function draw(terminal: PseudoTerminal, name: string, { columns, rows }: Size): void {
  const file = `${name}-${columns}x${rows}.svg`;
  writeFileSync(join(IMAGES, file), terminal.screenToSvg({ title: `capture-cli, ${columns} by ${rows}` }));
  console.log(`docs/images/${file}`);
}

async function drawSlowRun(size: Size): Promise<void> {
  await inTerminal(await slowGitHub(), size, async (terminal) => {
    await terminal.waitFor(/\b1,[0-3]\d\d of 2,000/, 120_000);
    draw(terminal, 'live', size);
    await terminal.waitFor("Waiting         GitHub's budget", 60_000);
    draw(terminal, 'waiting', size);
    terminal.write('\u0003');
    await terminal.exited;
    draw(terminal, 'interrupted', size);
  });
}

async function drawFastRun(size: Size): Promise<void> {
  await inTerminal(await fastGitHub(), size, async (terminal) => {
    await terminal.exited;
    draw(terminal, 'completed', size);
  });
}

mkdirSync(IMAGES, { recursive: true });
await Promise.all(SIZES.map(drawSlowRun));
for (const size of SIZES) await drawFastRun(size);
