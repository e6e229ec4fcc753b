import type { GitHubClient } from '../../github/client.ts';
import type { BackfillStore } from '../../store/procedures.ts';
import type { UnassignedItem } from '../../store/work-orders.ts';
import { planChunks } from './chunk-plan.ts';
import { chunkPlaces, chunkSize } from './chunk-size.ts';

export interface ChunkPlannerParts {
  readonly github: GitHubClient;
  readonly store: BackfillStore;
  readonly stateId: string;
  /** What the operator asked for. */
  readonly configured: number;
  /** Pull requests of the repository, as known now. */
  readonly pullRequests: () => number;
  /** What one request asks for at the moment. */
  readonly pageSize: () => number;
}

/** Puts enumerated pull requests into chunks, sized by what is known at that moment. */
export class ChunkPlanner {
  readonly #parts: ChunkPlannerParts;

  constructor(parts: ChunkPlannerParts) {
    this.#parts = parts;
  }

  /** Cuts what is in no chunk yet into chunks; unless this is `final`, what does not fill one waits for more. */
  async assign(unassigned: readonly UnassignedItem[], final: boolean): Promise<void> {
    const { github, store, stateId, configured, pullRequests, pageSize } = this.#parts;
    const size = chunkSize({ pullRequests: pullRequests(), configured, budget: github.budget('graphql') });
    const chunks = planChunks(unassigned, { size, places: chunkPlaces(size, pageSize()) }, final);
    if (chunks.length > 0) {
      await store.assign(stateId, chunks);
    }
  }
}
