import type { Clock } from '../clock.ts';
import { AttemptFailure } from './attempt-failure.ts';
import type { FetchLimits } from './limits.ts';
import type { FetchObserver, WaitReason } from './page.ts';
import { type Leave, Seats } from './seats.ts';

/** Waits shorter than this are the normal rhythm, not news. */
const SHORTEST_NEWS_MS = 500;

/** Times are milliseconds since the epoch; 0 for never. */
interface Lane {
  readonly seats: Seats;
  /** Only the first in the queue looks at the time, so that they start in the order in which they came. */
  readonly first: Seats;
  nextStartAt: number;
  heldUntil: number;
  heldFor: WaitReason;
  /** The end of the wait that the observer knows of. */
  announced: number;
  /** When it was last heard of, or first asked. */
  heardAt: number;
  /** Pages that were given up since then because nothing came back. */
  unanswered: number;
}

/** A host that is silent is given up after so many pages, and no sooner than `maxSilenceMs`. */
const MOST_UNANSWERED = 3;

export interface HostPacingOptions {
  readonly clock: Clock;
  readonly limits: Pick<FetchLimits, 'perHost' | 'total' | 'minIntervalMs' | 'maxPauseMs' | 'maxSilenceMs'>;
  readonly observer: FetchObserver;
}

/** Decides when a host may be asked: few requests at a time, not too close to each other, and none while it asked for a pause. */
export class HostPacing {
  readonly #options: HostPacingOptions;
  readonly #all: Seats;
  readonly #lanes = new Map<string, Lane>();

  constructor(options: HostPacingOptions) {
    this.#options = options;
    this.#all = new Seats(options.limits.total);
  }

  /**
   * Resolves when a request to `host` may start; the result is called when it has ended.
   * @throws AttemptFailure `rate_limited` when the host asked for a longer pause than it is granted, `transport` when it
   *   has been silent for so long that it is not waited for any more.
   * @throws the signal's reason when it is aborted.
   */
  async enter(host: string, signal: AbortSignal): Promise<Leave> {
    const lane = this.#lane(host);
    const leaveLane = await lane.seats.take(signal);
    try {
      const leaveFirst = await lane.first.take(signal);
      await this.#untilReady(host, lane, signal).finally(leaveFirst);
      // Taken last: whoever waits for one host keeps no other host waiting.
      const leaveAll = await this.#all.take(signal);
      return () => {
        leaveAll();
        leaveLane();
      };
    } catch (thrown) {
      leaveLane();
      throw thrown;
    }
  }

  /** The host has answered, whatever it said. */
  heardOf(host: string): void {
    const lane = this.#lane(host);
    lane.heardAt = this.#options.clock.now();
    lane.unanswered = 0;
  }

  /** A page of the host was given up after every retry, without an answer. */
  gaveUp(host: string): void {
    this.#lane(host).unanswered += 1;
  }

  /** Starts no request to `host` before `until`. */
  hold(host: string, until: number, reason: WaitReason): void {
    const lane = this.#lane(host);
    if (until <= lane.heldUntil) return;
    lane.heldUntil = until;
    lane.heldFor = reason;
  }

  async #untilReady(host: string, lane: Lane, signal: AbortSignal): Promise<void> {
    const { clock, limits, observer } = this.#options;
    for (;;) {
      const now = clock.now();
      if (lane.heldUntil - now > limits.maxPauseMs) throw pausedTooLong(host, lane.heldUntil);
      if (lane.unanswered >= MOST_UNANSWERED && now - lane.heardAt > limits.maxSilenceMs) throw silent(host);
      const startAt = Math.max(lane.heldUntil, lane.nextStartAt);
      if (startAt <= now) {
        lane.nextStartAt = now + limits.minIntervalMs;
        if (lane.announced > 0) observer.resumed(host);
        lane.announced = 0;
        return;
      }
      if (startAt - now >= SHORTEST_NEWS_MS && startAt > lane.announced) {
        lane.announced = startAt;
        observer.waiting(host, startAt === lane.heldUntil ? lane.heldFor : 'politeness', startAt);
      }
      await clock.sleep(startAt - now, signal);
    }
  }

  #lane(host: string): Lane {
    const known = this.#lanes.get(host);
    if (known) return known;
    const seats = new Seats(this.#options.limits.perHost);
    const lane: Lane = {
      seats,
      first: new Seats(1),
      nextStartAt: 0,
      heldUntil: 0,
      heldFor: 'backoff',
      announced: 0,
      heardAt: this.#options.clock.now(),
      unanswered: 0,
    };
    this.#lanes.set(host, lane);
    return lane;
  }
}

function pausedTooLong(host: string, until: number): AttemptFailure {
  return new AttemptFailure('rate_limited', `${host} has asked for a pause`, { remedy: { kind: 'pause', until } });
}

function silent(host: string): AttemptFailure {
  return new AttemptFailure('transport', `${host} has not answered for a while, and is not asked any more`);
}
