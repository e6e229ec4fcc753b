import type { GitHubClient } from '../../../github/client.ts';
import type { Day } from '../../days.ts';
import type { LedgerEntry } from '../../ledger/entry.ts';
import type { Known } from '../../ledger/known.ts';
import { type DayFigure, dayNews, newestDay } from '../day-series.ts';
import { levelNews } from '../level-news.ts';
import { type AskedCounter, outcomeOf, type RefreshTime, type SourceNews, unasked } from '../outcome.ts';
import { endsGitHub, gitHubFailure } from './failure.ts';
import { fetchAssetDownloads } from './releases.ts';
import { type CountedRepository, findRepositories, type RepositorySelection } from './repositories.ts';
import { fetchTraffic, TRAFFIC_PERMISSION } from './traffic.ts';

const GITHUB_SOURCES = ['clones', 'views', 'releases'] as const;
type GitHubSource = (typeof GITHUB_SOURCES)[number];

const READ_PERMISSION = 'read access to the repository ("Contents: read", or scope repo)';

/** Clones, views and downloads of release assets, repository by repository. `github` is null where there is no token. */
export async function fetchGitHub(
  github: GitHubClient | null,
  selection: RepositorySelection,
  known: Known,
  time: RefreshTime,
  signal: AbortSignal,
): Promise<readonly SourceNews[]> {
  if (github === null) {
    const error = 'there is no GitHub token: the counter is left as it is';
    return GITHUB_SOURCES.map((source) => unasked(source, 'skipped', error));
  }
  try {
    const found = await findRepositories(github, selection, known, time.at, signal);
    const tallies = await askRepositories(github, found.counted, known, time, signal);
    const refused = found.refused.map(({ name, error }) => ({ key: name, name, error }));
    return GITHUB_SOURCES.map((source, index) => {
      const { counters, entries, asOf } = tallies[source];
      const outcome = outcomeOf(source, [...counters, ...refused], { asOf });
      return { outcome, entries: index === 0 ? [...found.named, ...entries] : entries };
    });
  } catch (thrown) {
    signal.throwIfAborted();
    const error = gitHubFailure(thrown, READ_PERMISSION);
    return GITHUB_SOURCES.map((source) => unasked(source, 'failed', error));
  }
}

interface Tally {
  readonly counters: AskedCounter[];
  readonly entries: LedgerEntry[];
  asOf: Day | null;
}

/** One repository after the other, each of its sources at the same time. */
async function askRepositories(
  github: GitHubClient,
  repositories: readonly CountedRepository[],
  known: Known,
  time: RefreshTime,
  signal: AbortSignal,
): Promise<Readonly<Record<GitHubSource, Tally>>> {
  const empty = (): Tally => ({ counters: [], entries: [], asOf: null });
  const tallies = { clones: empty(), views: empty(), releases: empty() };
  let end: unknown;
  for (const repository of repositories) {
    const { id: key, name } = repository;
    const ask = async (source: GitHubSource, permission: string, fetchNews: () => Promise<FreshCount>) => {
      const tally = tallies[source];
      try {
        if (end !== undefined) throw end;
        const { entries, asOf } = await fetchNews();
        tally.entries.push(...entries);
        if (asOf !== null && asOf > (tally.asOf ?? '')) tally.asOf = asOf;
        tally.counters.push({ key, name, error: null });
      } catch (thrown) {
        signal.throwIfAborted();
        if (endsGitHub(thrown)) end = thrown;
        tally.counters.push({ key, name, error: gitHubFailure(thrown, permission) });
      }
    };
    const traffic = (source: 'clones' | 'views') =>
      ask(source, TRAFFIC_PERMISSION, async () => {
        const told = await fetchTraffic(github, source, repository, signal);
        return trafficNews(source, repository, told, known, time);
      });
    const releases = ask('releases', READ_PERMISSION, async () => {
      const downloads = await fetchAssetDownloads(github, repository, signal);
      const entries = [...downloads].flatMap(([asset, count]) =>
        levelNews({ source: 'releases', key: asset, name }, count, known, time),
      );
      return { entries, asOf: time.today };
    });
    await Promise.all([traffic('clones'), traffic('views'), releases]);
  }
  return tallies;
}

interface FreshCount {
  readonly entries: readonly LedgerEntry[];
  readonly asOf: Day | null;
}

function trafficNews(
  source: 'clones' | 'views',
  { id: key, name }: CountedRepository,
  told: readonly DayFigure[],
  known: Known,
  time: RefreshTime,
): FreshCount {
  const entries = dayNews({ source, key, name }, told, known.days(source, key), time);
  return { entries, asOf: newestDay([told], time.today) };
}
