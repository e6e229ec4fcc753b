import { afterAll, beforeAll, expect, test } from 'vitest';
import type { CounterSource, LedgerEntry } from '../../src/lib/installs/ledger/entry.ts';
import { daysAgo, type InstallsRig, lately, startInstallsRig } from '../support/installs-rig.ts';

let rig: InstallsRig;
beforeAll(async () => {
  rig = await startInstallsRig();
});
afterAll(async () => {
  await rig.close();
});

const status = (...flags: readonly string[]) => rig.run(['cache', 'status', ...flags]);

/** The ledger of a program that was last run so many days ago. */
function dayOf(source: 'clones' | 'pypi' | 'npm', name: string, ago: number, count: number): LedgerEntry {
  return { entry: 'day', source, key: name, name, day: daysAgo(ago), count, at: `${daysAgo(ago)}T23:59:59.999Z` };
}
const writeLedger = (...entries: readonly LedgerEntry[]) =>
  rig.write('installs-cache.ledger.jsonl', entries.map((entry) => `${JSON.stringify(entry)}\n`).join(''));

test('counters that fall behind are warned of, then an error before their source forgets, then counted as lost', async () => {
  await rig.configure({ npm: ['acme'], organization: 'acme' });
  await writeLedger(
    dayOf('clones', 'fresh', 1, 10),
    dayOf('clones', 'late', 9, 20),
    dayOf('clones', 'last-call', 13, 30),
    dayOf('clones', 'lost', 20, 40),
    dayOf('npm', 'acme', 30, 5),
    dayOf('npm', 'not-counted-any-more', 300, 7),
  );
  const { exitCode, stdout } = await status('--json');
  const { alarm, sources, findings } = JSON.parse(stdout);
  expect({ exitCode, alarm }).toEqual({ exitCode: 1, alarm: 'error' });
  const source = (name: CounterSource) => sources.find((each: { source: string }) => each.source === name);
  const rows = source('clones').counters.map((each: Record<string, unknown>) =>
    [each['name'], each['lagDays'], each['alarm'], each['losesFrom']].join(' '),
  );
  expect(rows).toEqual([
    `lost 19 error ${daysAgo(4)}`,
    `last-call 12 error ${daysAgo(-3)}`,
    `late 8 warning ${daysAgo(-7)}`,
    `fresh 0 none ${daysAgo(-15)}`,
  ]);
  expect(source('clones').counters[0].lost).toEqual({ from: daysAgo(19), to: daysAgo(15), days: 5 });
  expect(source('npm')).toMatchObject({ value: 12, lagDays: 29, alarm: 'warning', losesFrom: null });
  expect(source('npm').counters[0]).toMatchObject({ name: 'not-counted-any-more', asked: false, alarm: 'none' });
  expect(findings.map(({ message }: { message: string }) => message)).toEqual([
    'clones: lost, last-call are up to 19 days behind, and the source keeps 14: run capture-cli cache refresh',
    `clones: what lost had from ${daysAgo(19)} to ${daysAgo(15)} (5 days) is gone for good`,
    'npm: acme is up to 29 days behind: run capture-cli cache refresh',
    'clones: late is up to 8 days behind, and the source keeps 14: run capture-cli cache refresh',
    'views: not fetched yet: run capture-cli cache refresh',
    'releases: not fetched yet: run capture-cli cache refresh',
    'the cache file is gone: capture-cli cache refresh writes it from its ledger',
  ]);
});

test('after a refresh everything is fresh, in a table of 80 columns', async () => {
  const { npm, pypi } = rig.host.downloads;
  npm['@acme/a-package-with-quite-a-long-name'] = lately(1, 2, 3, 4, 5, 6, 1_000_000);
  pypi['acme'] = lately(4);
  rig.sandbox.traffic.set(rig.repository('docs'), 'clones', lately(140));
  rig.repository('quiet');
  await rig.configure({ npm: Object.keys(npm), pypi: ['acme'], organization: 'acme' });
  const floor = {
    entry: 'opening',
    source: 'maven',
    key: null,
    name: 'all',
    count: 3,
    through: null,
    origin: 'cache file',
  };
  await rig.write(
    'installs-cache.ledger.jsonl',
    `${JSON.stringify({ ...floor, at: `${daysAgo(9)}T00:00:00.000Z` })}\n`,
  );
  expect((await rig.run(['cache', 'refresh', '--init'])).exitCode).toBe(0);
  const { exitCode, stdout } = await status();
  expect(exitCode).toBe(0);
  const lines = stdout.split('\n').slice(1);
  expect(lines.filter((line) => line.length > 80)).toEqual([]);
  expect(lines[0]).toContain('1,000,028 installs, 140 clones');
  const today = daysAgo(0);
  const yesterday = daysAgo(1);
  expect(lines).toContain(`npm       1,000,021  ${today}  ${yesterday}  0 d    all  exact       ▂▂▂▂▂▂█`);
  expect(lines).toContain(`clones          140  ${today}  ${yesterday}  0 d   14 d  floor       ▁▁▁▁▁▁█`);
  expect(lines).toContain(`@acme/a-package-with-quite…  1,000,021  ${today}  ${yesterday}  0 d  exact`);
  // What the settings do not name is kept, and no command is told to fetch it.
  expect(lines).toContain('maven             3  —           —             —    all  kept        ▁▁▁▁▁▁▁');
  expect(lines).toContain(`  clones: a day of them is lost each day from ${daysAgo(-15)} on, about 10`);

  // A repository that is gone keeps what it had and is not behind; a source that fails is told, and an edited cache too.
  rig.sandbox.mutate({ kind: 'remove', repository: 'acme/docs' });
  rig.host.setFaults([{ path: '/api/*', fault: { type: 'status', status: 403 } }]);
  await rig.run(['cache', 'refresh']);
  const edited = (await rig.read('installs-cache.json')).replaceAll(': 140', ': 150');
  await rig.write('installs-cache.json', edited);
  const failed = await status();
  expect(failed.exitCode).toBe(68);
  expect(failed.stdout).toContain(`docs      140  ${today}  ${yesterday}    —  kept\n`);
  expect(failed.stdout).toContain('! warning  pypi: the last fetch failed: acme: ');
  expect(failed.stdout).toContain('the cache file knows more than its ledger (clones 150 -> 140');
});
