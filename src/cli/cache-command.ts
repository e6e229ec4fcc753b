import type { ResolvedConfig } from '../lib/config/resolve.ts';
import { EXIT } from '../lib/exit-codes.ts';
import type { GitHubClient, GitHubObserver } from '../lib/github/client.ts';
import type { RefreshCapabilities, RefreshOptions, RefreshResult } from '../lib/installs/refresh/refresh.ts';
import { formatCount, formatQuantity } from '../lib/progress/format.ts';
import { RemoteCommand } from './remote-command.ts';

/** crates.io asks for at most one request a second (crates.io, "Data Access Policy"). In milliseconds. */
const CRATES_INTERVAL_MS = 1_000;

/** What commands that count installs reach the world through. */
export abstract class CacheCommand extends RemoteCommand {
  /** Refreshes the cache, shows its progress and result, and sets the exit code where a source failed. */
  protected async refresh(
    settings: ResolvedConfig,
    options: RefreshOptions,
    flags: { readonly jsonl: boolean },
  ): Promise<RefreshResult> {
    const { refresh } = await import('../lib/installs/refresh/refresh.ts');
    const capabilities = { clock: this.clock, signal: this.signal, connect: await this.#sourceConnector(settings) };
    const result = await this.present(
      refresh(capabilities, settings.values.installs, options),
      // A line for each source, which are best read one below the other.
      { ...flags, plain: true },
    );
    for (const line of resultLines(result)) this.log(line);
    if (result.sources.some(({ state }) => state === 'failed' || state === 'partial')) process.exitCode = EXIT.partial;
    return result;
  }

  async #sourceConnector(settings: ResolvedConfig): Promise<RefreshCapabilities['connect']> {
    const { createPageFetcher } = await import('../lib/fetch/page-fetcher.ts');
    const { installs } = settings.values;
    const { clock } = this;
    const about = installs.organization === undefined ? '' : ` (+https://github.com/${installs.organization})`;
    const userAgent = `${this.config.name}/${this.config.version}${about}`;
    const connectGitHub = await this.#optionalGitHubConnector(settings);
    return (observers) => {
      const pages = (base: string, limits = {}) =>
        createPageFetcher({
          clock,
          userAgent,
          limits,
          // A host that the settings name is meant, also where it is inside.
          allowPrivateHosts: [new URL(base).host],
          observer: observers.hosts,
        });
      return {
        registries: {
          npm: pages(installs.npmApiUrl),
          pypi: pages(installs.pypiApiUrl),
          crates: pages(installs.cratesApiUrl, { minIntervalMs: CRATES_INTERVAL_MS }),
        },
        github: connectGitHub?.(observers.github) ?? null,
      };
    };
  }

  /** Undefined where there is no token, or nothing to ask GitHub. */
  async #optionalGitHubConnector(
    settings: ResolvedConfig,
  ): Promise<((observer: GitHubObserver) => GitHubClient) | undefined> {
    const { github, installs } = settings.values;
    if (installs.organization === undefined) return undefined;
    const { findGitHubApp, findGitHubToken } = await import('../lib/config/secrets.ts');
    const { env } = this.io;
    if (!findGitHubApp(env) && !(await findGitHubToken({ env, apiUrl: github.apiUrl }))) return undefined;
    return await this.gitHubConnector(settings);
  }
}

function resultLines({ before, after, cache, entries, cacheChanged, dryRun }: RefreshResult): readonly string[] {
  const would = dryRun ? 'would be ' : '';
  const change = (was: number | undefined, is: number): string =>
    was === undefined || was === is ? formatCount(is) : `${formatCount(was)} -> ${formatCount(is)}`;
  return [
    `installs ${change(before?.total, after.total)}, clones ${change(before?.clones, after.clones)}`,
    cacheChanged ? `${cache} ${would}written` : `${cache} is as it was`,
    `${formatQuantity(entries, 'line')} ${would}added to the ledger`,
  ];
}
