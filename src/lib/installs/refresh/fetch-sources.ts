import type { Settings } from '../../config/schema.ts';
import { OperatorError } from '../../errors.ts';
import { EXIT } from '../../exit-codes.ts';
import type { PageFetcher } from '../../fetch/page.ts';
import type { GitHubClient } from '../../github/client.ts';
import type { Known } from '../ledger/known.ts';
import { fetchCrates } from '../sources/crates.ts';
import { fetchGitHub } from '../sources/github/github.ts';
import { readManualCounts } from '../sources/manual.ts';
import { fetchNpm } from '../sources/npm.ts';
import type { RefreshTime, SourceNews } from '../sources/outcome.ts';
import { fetchPypi } from '../sources/pypi.ts';

/** How sources are reached. */
export interface SourceConnections {
  /** One for each registry, as each allows another pace. */
  readonly registries: Readonly<Record<'npm' | 'pypi' | 'crates', PageFetcher>>;
  /** Null where there is no token. */
  readonly github: GitHubClient | null;
}

/** Called as soon as a source has been asked. */
export type SourceObserver = (news: SourceNews) => void;

/**
 * Asks every source of the settings at the same time. None of them hides another: what fails is an outcome.
 *
 * @throws OperatorError `installs_not_configured`, exit 2; the signal's reason when it is aborted
 */
export async function fetchSources(
  { registries, github }: SourceConnections,
  settings: Settings['installs'],
  known: Known,
  time: RefreshTime,
  observe: SourceObserver,
  signal: AbortSignal,
): Promise<readonly SourceNews[]> {
  const { npm, pypi, crates, organization, repositories, manual } = settings;
  const asked: Promise<readonly SourceNews[]>[] = [];
  const ask = (news: Promise<SourceNews | readonly SourceNews[]>): void => {
    asked.push(
      news.then((one) => {
        const told = [one].flat();
        told.forEach(observe);
        return told;
      }),
    );
  };
  if (npm.length > 0) ask(fetchNpm(registries.npm, { base: settings.npmApiUrl, packages: npm }, known, time, signal));
  if (pypi.length > 0)
    ask(fetchPypi(registries.pypi, { base: settings.pypiApiUrl, packages: pypi }, known, time, signal));
  if (crates.length > 0)
    ask(fetchCrates(registries.crates, { base: settings.cratesApiUrl, packages: crates }, known, time, signal));
  if (organization !== undefined) ask(fetchGitHub(github, { organization, repositories }, known, time, signal));
  if (manual !== undefined) ask(readManualCounts(manual, known, time));
  if (asked.length === 0) throw notConfigured();
  // All of them have ended before a failure is told.
  const ended = await Promise.allSettled(asked);
  return ended.flatMap((end) => {
    if (end.status === 'rejected') throw end.reason;
    return end.value;
  });
}

function notConfigured(): OperatorError {
  return new OperatorError('no counter of installs is configured: there is nothing to refresh', {
    code: 'installs_not_configured',
    exitCode: EXIT.usage,
    nextSteps: [
      'name what to count in .deadzonerc under installs: npm, pypi, crates, organization, manual',
      'see all settings: capture-cli --help',
    ],
  });
}
