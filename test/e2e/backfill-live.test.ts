import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { cleanEnvironment, PROJECT_ROOT } from '../support/cli.ts';
import { type CliRig, startCliRig } from '../support/cli-rig.ts';
import { type TemporaryDirectory, temporaryDirectory } from '../support/temp.ts';
import { openTerminal, type PseudoTerminal } from '../support/terminal.ts';

let rig: CliRig;
let home: TemporaryDirectory;
let terminal: PseudoTerminal | undefined;

beforeAll(async () => {
  [rig, home] = await Promise.all([
    startCliRig({
      repositories: [{ owner: 'acme', name: 'live', prs: 90 }],
      // So slow that there is something to see.
      faults: [
        { match: { kind: 'hydrate' }, fault: { type: 'slow-body', delayMs: 220 } },
        { match: { kind: 'enumerate' }, fault: { type: 'slow-body', delayMs: 220 } },
      ],
    }),
    temporaryDirectory(),
  ]);
});

afterEach(async () => {
  await terminal?.close();
  terminal = undefined;
  await rig.database.reset();
});

afterAll(async () => {
  await rig.close();
  await home.remove();
});

function open(
  args: readonly string[],
  {
    columns = 80,
    rows = 24,
    env = {},
    term = '',
  }: { columns?: number; rows?: number; env?: Record<string, string>; term?: string } = {},
): PseudoTerminal {
  const command = [process.execPath, join(PROJECT_ROOT, 'bin', 'run.js'), 'backfill', ...args];
  terminal = openTerminal({
    // A pseudo terminal has a name of its own; only a shell can give the program another.
    file: '/bin/sh',
    args: ['-c', `${term === '' ? '' : `TERM=${term} `}exec "$@"`, 'sh', ...command],
    columns,
    rows,
    cwd: home.path,
    env: { ...cleanEnvironment(home.path), ...rig.env, ...env },
  });
  return terminal;
}

const RUN = ['acme/live', '--chunk-size', '5'];

test.each([
  [80, 24],
  [140, 40],
])(
  'at %i by %i it shows where it is, what it has, what is left of the budget and what Ctrl-C does',
  async (columns, rows) => {
    const shown = open(RUN, { columns, rows });
    await shown.waitFor((each) => /\b(1\d|[2-8]\d) of 90/.test(each.screen().join('\n')), 20_000);
    const screen = shown.screen();
    const text = screen.join('\n');
    expect(screen.filter((line) => /^acme\/live .*running \d/.test(line))).toHaveLength(1);
    expect(text).toMatch(/━+─+ +\d+\.\d%/);
    expect(text).toMatch(/\d+ of 90 pull requests · .* a minute · .* left/);
    expect(text).toMatch(/Now +chunk \d+: .*a page/);
    expect(text).toMatch(/Captured/);
    expect(text).toMatch(/GraphQL budget +4,\d+ of 5,000/);
    expect(text).toMatch(/Quarantined +none/);
    expect(text).toContain('Ctrl-C stops at a checkpoint; the same command goes on from there.');
    for (const line of screen) expect(line.length).toBeLessThanOrEqual(columns);

    expect((await shown.exited).exitCode).toBe(0);
    // The region is gone, the summary stays, and the terminal is as it was.
    const after = shown.text();
    expect(after).toContain('completed: acme/live, 90 of 90 pull requests (100%)');
    expect(after).toMatch(/^stored: [\d,]+ files, [\d,]+ commits$/m);
    expect(after).toMatch(/^stored: [\d,]+ reviews, [\d,]+ review comments, [\d,]+ comments$/m);
    expect(after).not.toContain('Ctrl-C stops');
    expect(after).not.toContain('━');
    expect(shown.cursorVisible()).toBe(true);
    expect(after.split('\n').filter((line) => line.startsWith('started: acme/live'))).toHaveLength(1);
    // Never as high as the screen: else it would have been cleared, scrollback and all.
    expect(shown.raw()).not.toContain('\u001b[2J');
    expect(shown.raw()).not.toContain('\u001b[3J');
  },
);

test('Ctrl-C ends it with 130 after the chunk, and the command that goes on is in sight', async () => {
  const shown = open(RUN);
  await shown.waitFor(/\b[1-9]\d* of 90/, 20_000);
  shown.write('\u0003');
  await shown.waitFor('Stopping');
  expect((await shown.exited).exitCode).toBe(130);
  const screen = shown.screen().join('\n');
  expect(screen).toMatch(/interrupted: acme\/live, \d+ of 90 pull requests/);
  expect(screen).toContain('Next: capture-cli backfill acme/live --chunk-size 5');
  expect(shown.cursorVisible()).toBe(true);
  const [row] = await rig.query('select count(*)::integer as stored from pull_requests');
  expect(Number(row?.['stored'])).toBeGreaterThan(0);
});

test('verify shows what it compares and promises nothing about chunks', async () => {
  await rig.run(['backfill', 'acme/live', '--only', 'files']);
  const shown = open(['verify', 'acme/live']);
  await shown.waitFor('Ctrl-C stops comparing; nothing is changed either way.', 20_000);
  const screen = shown.screen().join('\n');
  expect(screen).toMatch(/^acme\/live .*running/m);
  expect(screen).toMatch(/compared \d+ of 90 pull requests/);
  expect(screen).not.toContain('Captured');
  expect((await shown.exited).exitCode).toBe(0);
  expect(shown.text()).toContain('acme/live: verified, 90 pull requests');
  expect(shown.text()).not.toContain('Ctrl-C stops');
});

test('NO_COLOR takes the colour, not the view', async () => {
  const shown = open([...RUN, '--max-chunks', '2'], { env: { NO_COLOR: '1' } });
  await shown.waitFor('Ctrl-C stops at a checkpoint', 20_000);
  expect((await shown.exited).exitCode).toBe(69);
  const colours = shown
    .raw()
    .split('\u001b')
    .filter((part) => /^\[[0-9;]*m/.test(part));
  expect(colours).toEqual([]);
});

test.each([
  ['TERM=dumb', [], { term: 'dumb' }],
  ['--plain', ['--plain'], {}],
  ['CI', [], { env: { CI: 'true' } }],
] as const)('%s gives lines that stay', async (_, flags, options) => {
  const shown = open([...RUN, '--max-chunks', '1', ...flags], options);
  expect((await shown.exited).exitCode).toBe(69);
  expect(shown.raw()).not.toContain('\u001b[?25l');
  expect(shown.text()).toContain('started: acme/live, 90 pull requests, hosted store');
  expect(shown.text()).toContain('stopped: acme/live, ');
  expect(shown.text()).not.toContain('Ctrl-C');
});
