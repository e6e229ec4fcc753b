import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import type { BackfillCapabilities } from '../lib/backfill/capabilities.ts';
import type { ResolvedConfig } from '../lib/config/resolve.ts';
import { OperatorError } from '../lib/errors.ts';
import type { StatusRow } from '../lib/store/backfill-rows.ts';
import type { BackfillStore } from '../lib/store/procedures.ts';
import { RemoteCommand } from './remote-command.ts';

export interface OpenedStore {
  readonly store: BackfillStore;
  readonly kind: 'embedded' | 'hosted';
}

/** What the commands of the backfill topic share: they put its capabilities together and take them down again. */
export abstract class BackfillCommand extends RemoteCommand {
  /** Opens the store for as long as `use` runs. Reading commands do not create one (`mustExist`). */
  protected async withStore<T>(
    settings: ResolvedConfig,
    options: { readonly mustExist: boolean },
    use: (opened: OpenedStore) => Promise<T>,
  ): Promise<T> {
    const { createBackfillStore } = await import('../lib/store/procedures.ts');
    return await this.withOpenStore(settings, options, ({ client, kind }) =>
      use({ store: createBackfillStore(client), kind }),
    );
  }

  protected async capabilities(
    settings: ResolvedConfig,
    { store, kind }: OpenedStore,
    maxWaitMs: number,
  ): Promise<BackfillCapabilities> {
    const [connectGitHub, { deadWorkers, runHost, workerName }, { processIsAlive }] = await Promise.all([
      this.gitHubConnector(settings, maxWaitMs),
      import('../lib/backfill/worker-name.ts'),
      import('../lib/process-alive.ts'),
    ]);
    const host = runHost(this.io.env) ?? hostname();
    return {
      connectGitHub,
      store,
      storeKind: kind,
      clock: this.clock,
      signal: this.signal,
      worker: workerName(host, process.pid, randomUUID().slice(0, 8)),
      // Only processes of this machine share an embedded store. On a hosted one a host name may stand for many machines.
      deadWorkers: (owners) => (kind === 'embedded' ? deadWorkers(owners, host, processIsAlive) : []),
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
