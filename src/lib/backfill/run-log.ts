import { messageOf } from '../errors.ts';
import type { BackfillStore } from '../store/procedures.ts';
import type { BackfillResult } from './inputs.ts';

const STATUS: Readonly<Record<BackfillResult['outcome'], string>> = {
  completed: 'completed',
  completed_with_gaps: 'completed',
  paused: 'paused',
  cancelled: 'cancelled',
  failed: 'failed',
  stopped: 'stopped',
  planned: 'completed',
  interrupted: 'stopped',
};

/** The row of this run in `sync_logs`. A run that ended before it opened a backfill has none. */
export class RunLog {
  readonly #store: BackfillStore;
  readonly #figures: () => { readonly records: number; readonly points: number };
  #id: string | undefined;

  /** @param figures pull requests captured and GraphQL points spent so far */
  constructor(store: BackfillStore, figures: () => { readonly records: number; readonly points: number }) {
    this.#store = store;
    this.#figures = figures;
  }

  async start(stateId: string, worker: string): Promise<void> {
    this.#id = await this.#store.logStart(stateId, worker);
  }

  async finish(outcome: BackfillResult['outcome']): Promise<void> {
    if (this.#id === undefined) return;
    await this.#store.logFinish(this.#id, { status: STATUS[outcome], ...this.#figures(), error: null });
  }

  /** Never throws: what failed the run may be the store itself, and is what the operator must hear of. */
  async fail(thrown: unknown): Promise<void> {
    if (this.#id === undefined) return;
    const run = { status: STATUS.failed, ...this.#figures(), error: messageOf(thrown) };
    await this.#store.logFinish(this.#id, run).catch(() => false);
  }
}
