import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { BackfillCapabilities } from './lib/backfill/capabilities.ts';
import type { ResolvedConfig } from './lib/config/resolve.ts';
import { OperatorError } from './lib/errors.ts';
import type { GitHubClient, GitHubObserver } from './lib/github/client.ts';
import type { TokenSource } from './lib/github/token.ts';
import type { BackfillStore } from './lib/store/procedures.ts';
import type { StatusRow } from './lib/store/rows.ts';
import { PipelineCommand } from './pipeline-command.ts';

export interface OpenedStore {
  readonly store: BackfillStore;
  readonly kind: 'embedded' | 'hosted';
}

/** What the commands of the backfill topic share: they put its capabilities together and take them down again. */
export abstract class BackfillCommand extends PipelineCommand {
  /** Opens the store for as long as `use` runs. Reading commands do not create one (`mustExist`). */
  protected async withStore<T>(
    { values }: ResolvedConfig,
    options: { readonly mustExist: boolean },
    use: (opened: OpenedStore) => Promise<T>,
  ): Promise<T> {
    const [{ openStore }, { createBackfillStore }] = await Promise.all([
      import('./lib/store/store.ts'),
      import('./lib/store/procedures.ts'),
    ]);
    const { url } = values.store;
    const { requireSupabaseKey } = await import('./lib/config/secrets.ts');
    const store = await openStore({
      ...(url === undefined ? {} : { url, serviceKey: requireSupabaseKey(this.io.env, url).reveal() }),
      directory: values.store.directory,
      migrationsDirectory: join(this.config.root, 'supabase', 'migrations'),
      mustExist: options.mustExist,
      clock: this.clock,
      onTakeover: ({ previousPid, elapsedMs }) =>
        this.detail(`serving the store since process ${previousPid} is gone (${elapsedMs} ms)`),
    });
    try {
      return await use({ store: createBackfillStore(store.client), kind: store.kind });
    } finally {
      await store.close();
    }
  }

  /** A function that connects to GitHub as the operator. A wait longer than `maxWaitMs` ends the run instead. */
  protected async gitHubConnector(
    { values }: ResolvedConfig,
    maxWaitMs: number,
  ): Promise<(observer: GitHubObserver) => GitHubClient> {
    const { createGitHubClient } = await import('./lib/github/github-client.ts');
    const token = await this.#gitHubToken(values.github.apiUrl);
    return (observer) =>
      createGitHubClient({
        token,
        apiUrl: values.github.apiUrl,
        graphqlUrl: values.github.graphqlUrl,
        clock: this.clock,
        fetch: globalThis.fetch,
        observer,
        reserve: values.backfill.reserve,
        maxWaitMs,
        requestTimeoutMs: values.github.requestTimeoutSeconds * 1_000,
        userAgent: this.config.userAgent,
      });
  }

  async #gitHubToken(apiUrl: string): Promise<string | TokenSource> {
    const { findGitHubApp, requireGitHubToken } = await import('./lib/config/secrets.ts');
    const app = findGitHubApp(this.io.env);
    if (!app) {
      const token = await requireGitHubToken({ env: this.io.env, apiUrl });
      this.redactor.add(token.reveal());
      return token.reveal();
    }
    const { appTokenSource } = await import('./lib/github/app-token.ts');
    const options = { apiUrl, userAgent: this.config.userAgent, fetch: globalThis.fetch, onToken: this.redactor.add };
    return appTokenSource({ ...app, privateKey: app.privateKey.reveal() }, options);
  }

  protected async capabilities(
    settings: ResolvedConfig,
    { store, kind }: OpenedStore,
    maxWaitMs: number,
  ): Promise<BackfillCapabilities> {
    const [connectGitHub, { deadWorkers, processIsAlive, workerName }] = await Promise.all([
      this.gitHubConnector(settings, maxWaitMs),
      import('./lib/backfill/worker-name.ts'),
    ]);
    return {
      connectGitHub,
      store,
      storeKind: kind,
      clock: this.clock,
      signal: this.signal,
      worker: workerName(hostname(), process.pid, randomUUID().slice(0, 8)),
      // Only processes of this machine share an embedded store. On a hosted one a host name may stand for many machines.
      deadWorkers: (owners) => (kind === 'embedded' ? deadWorkers(owners, hostname(), processIsAlive) : []),
    };
  }

  /** The newest backfill of a repository. @throws OperatorError `backfill_unknown`. */
  protected async knownBackfill(store: BackfillStore, repository: string): Promise<StatusRow> {
    const [row] = await store.status(repository);
    if (!row) {
      throw new OperatorError(`nothing of ${repository} is in the store`, {
        code: 'backfill_unknown',
        nextSteps: [
          `start with \`capture-cli backfill ${repository}\``,
          'see what there is with `capture-cli backfill status`',
        ],
      });
    }
    return row;
  }
}
