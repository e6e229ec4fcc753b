import type { Clock } from '../../clock.ts';
import type { BackfillStore } from '../../store/procedures.ts';

/** The lease ran out or was taken over: what was fetched under it must not be stored, and will not be. */
export class LeaseLost extends Error {
  constructor() {
    super('the lease was lost to another worker');
    this.name = 'LeaseLost';
  }
}

export interface HeldLease {
  /** Aborted with `LeaseLost` when the lease is lost, or with the caller's reason. */
  readonly signal: AbortSignal;
  /** Ends the heartbeat. */
  stop(): void;
}

/** Prolongs a lease three times in its life, for as long as the work under it takes. `chunkId` null is the coordinator's lease. */
export function holdLease(
  store: BackfillStore,
  clock: Clock,
  lease: {
    readonly stateId: string;
    readonly chunkId: string | null;
    readonly token: string;
    readonly leaseMs: number;
  },
  signal: AbortSignal,
): HeldLease {
  const lost = new AbortController();
  const stopped = new AbortController();
  const beat = async () => {
    let expiresAt = clock.now() + lease.leaseMs;
    for (;;) {
      await clock.sleep(lease.leaseMs / 3, stopped.signal);
      const sentAt = clock.now();
      // A database that does not answer for the moment costs nothing until the lease has run out.
      const answer = await store.heartbeat(lease.stateId, lease, lease.leaseMs).catch(() => null);
      if (answer?.held) {
        expiresAt = sentAt + lease.leaseMs;
      } else if (answer || clock.now() >= expiresAt) {
        lost.abort(new LeaseLost());
        return;
      }
    }
  };
  beat().catch(() => undefined);
  return { signal: AbortSignal.any([signal, lost.signal]), stop: () => stopped.abort() };
}
