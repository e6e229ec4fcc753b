import type { ResolvedConfig } from '../lib/config/resolve.ts';
import type { GitHubClient } from '../lib/github/client.ts';
import type { RefreshCapabilities } from '../lib/installs/refresh/refresh.ts';
import { PipelineCommand } from './pipeline-command.ts';

/** Longer waits for a rate limit than this end the fetch instead. In milliseconds. */
const PATIENCE_MS = 150_000;

/** crates.io asks for at most one request a second (crates.io, "Data Access Policy"). In milliseconds. */
const CRATES_INTERVAL_MS = 1_000;

/** What commands that count installs reach the world through. */
export abstract class CacheCommand extends PipelineCommand {
  /** Capabilities of a refresh, for as long as `use` runs. */
  protected async withSources<T>(
    settings: ResolvedConfig,
    use: (capabilities: RefreshCapabilities) => Promise<T>,
  ): Promise<T> {
    const { createPageFetcher } = await import('../lib/fetch/page-fetcher.ts');
    const { installs } = settings.values;
    const { clock } = this;
    const about = installs.organization === undefined ? '' : ` (+https://github.com/${installs.organization})`;
    const userAgent = `${this.config.name}/${this.config.version}${about}`;
    const pages = (base: string, limits = {}) =>
      createPageFetcher({ clock, userAgent, limits, allowPrivateHosts: [new URL(base).host] });
    const registries = {
      npm: pages(installs.npmApiUrl),
      pypi: pages(installs.pypiApiUrl),
      crates: pages(installs.cratesApiUrl, { minIntervalMs: CRATES_INTERVAL_MS }),
    };
    try {
      return await use({
        clock,
        signal: this.signal,
        registries,
        github: await this.#gitHub(settings),
      });
    } finally {
      await Promise.all(Object.values(registries).map((fetcher) => fetcher.close()));
    }
  }

  /** Null where there is no token, or nothing to ask GitHub. */
  async #gitHub(settings: ResolvedConfig): Promise<GitHubClient | null> {
    const { github, installs } = settings.values;
    if (installs.organization === undefined) return null;
    const { findGitHubApp, findGitHubToken } = await import('../lib/config/secrets.ts');
    const { env } = this.io;
    if (!findGitHubApp(env) && !(await findGitHubToken({ env, apiUrl: github.apiUrl }))) return null;
    return (await this.gitHubConnector(settings, PATIENCE_MS))({});
  }
}
