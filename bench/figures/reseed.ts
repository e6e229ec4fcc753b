import { join } from 'node:path';
import { encodeCache, type InstallsCache } from '../../src/lib/installs/cache/cache-file.ts';
import { type HistoryCommit, writeHistory } from '../../test/support/cache-history.ts';
import { temporaryDirectory } from '../../test/support/temp.ts';
import { gitShowLoop } from '../baseline/git-show-loop.ts';
import { atLeast, atMost, median, number, type Section } from '../figure.ts';
import { runMeasured } from '../rig/measured-cli.ts';

const REVISIONS = 10_000;
const REPOSITORIES = 20;
/** A loop over all of them would take a minute for nothing: each takes as long as the next. */
const SHOWN = 400;
const RUNS = 5;
const QUARTER_DAY_MS = 6 * 3_600_000;
const FIRST = Date.UTC(2019, 0, 1);
const CACHE = 'installs-cache.json';

/** The cache of 20 repositories after so many refreshes, four a day. */
function cacheAfter(refreshes: number): InstallsCache {
  const lastSeenDay = new Date(FIRST + refreshes * QUARTER_DAY_MS).toISOString().slice(0, 10);
  const clonesByRepo = Object.fromEntries(
    Array.from({ length: REPOSITORIES }, (_, index) => [
      `repo-${index}`,
      { count: refreshes * 3 + index, lastSeenDay },
    ]),
  );
  const clones = Object.values(clonesByRepo).reduce((sum, { count }) => sum + count, 0);
  const packages = { acme: refreshes };
  return {
    npm: refreshes,
    pypi: refreshes,
    crates: refreshes,
    clones,
    clonesByRepo,
    releases: 0,
    releasesByRepo: {},
    ghPackages: 0,
    maven: 0,
    total: refreshes * 3,
    fetchedAt: `${lastSeenDay}T06:00:00.000Z`,
    npmByPackage: packages,
    pypiByPackage: packages,
    cratesByPackage: packages,
  };
}

/** How long a plan over a long history takes, beside a `git show` for each revision, and a check of the cache file. */
export async function reseedPlan(): Promise<Section> {
  const temp = await temporaryDirectory();
  try {
    const commits: HistoryCommit[] = Array.from({ length: REVISIONS }, (_, index) => ({
      content: encodeCache(cacheAfter(index)),
      at: new Date(FIRST + index * QUARTER_DAY_MS).toISOString(),
    }));
    await writeHistory(temp.path, CACHE, commits);
    const cache = join(temp.path, CACHE);
    const env = { DEADZONE_INSTALLS_CACHE: cache };
    const measure = async (...args: readonly string[]) => {
      const run = await runMeasured(args, { env });
      if (run.exitCode !== 0) throw new Error(`${args.join(' ')} ended with ${run.exitCode}:\n${run.stderr}`);
      return run;
    };
    await measure('schema-check', cache);
    const plans = [];
    const checks: number[] = [];
    for (let round = 0; round < RUNS; round += 1) {
      plans.push(await measure('cache', 'reseed', '--dry-run'));
      checks.push((await measure('schema-check', cache)).elapsedMs);
    }
    const planMs = median(plans.map(({ elapsedMs }) => elapsedMs));
    const showMs = gitShowLoop(temp.path, CACHE, SHOWN);
    return {
      title: 'Installs cache',
      figures: [
        atMost('`cache reseed --dry-run` over 10,000 revisions', planMs / 1_000, 5, 's'),
        atMost('its peak memory', Math.max(...plans.map(({ meter }) => meter.peak)), 200, 'MB'),
        atLeast('a `git show` for each revision over it', (showMs * REVISIONS) / planMs, 20, '×'),
        atMost('`schema-check` of the cache', median(checks) / 1_000, 0.4, 's'),
      ],
      notes: [
        `Medians of ${RUNS} runs, each a process of its own; a cache of ${REPOSITORIES} repositories.`,
        `\`git show\` and \`JSON.parse\` took ${number(showMs)} ms a revision, measured on the newest ${SHOWN}.`,
      ],
    };
  } finally {
    await temp.remove();
  }
}
