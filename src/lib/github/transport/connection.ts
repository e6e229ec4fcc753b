import { backoffMs, NETWORK_BACKOFF } from '../../backoff.ts';
import type { Clock } from '../../clock.ts';
import type { TransportFailure } from '../../transport-failure.ts';
import { githubUnreachable } from '../access-errors.ts';
import type { WaitAnnouncer } from '../budget/wait-announcer.ts';
import { GitHubRefusal } from '../refusals.ts';

/** Tries to connect before giving up, where this client has never reached GitHub: a wrong address shows soon. */
const FIRST_CONTACT_TRIES = 4;
/** Tries to connect once it has: about a minute and a half of patience with a network that went away. */
const RECONNECT_TRIES = 8;

/** How often one call has failed to get a response. */
export interface Tries {
  connecting: number;
  resets: number;
  /** Repetitions of an idempotent request that GitHub's servers failed. */
  repeats: number;
}

export function noTries(): Tries {
  return { connecting: 0, resets: 0, repeats: 0 };
}

/** What to do about requests that got no response: wait and try again, or give up in the caller's terms. */
export class Connection {
  readonly #clock: Clock;
  readonly #announcer: WaitAnnouncer;
  readonly #random: () => number;
  #reached = false;

  constructor(clock: Clock, announcer: WaitAnnouncer, random: () => number) {
    this.#clock = clock;
    this.#announcer = announcer;
    this.#random = random;
  }

  /** A response came, whatever it said. */
  reached(): void {
    this.#reached = true;
  }

  /**
   * Resolves when the request may be sent again; counts it in `tries`. Connecting is tried again with backoff; a
   * connection that was reset before the response began is tried again once, as it may only have been idle too long.
   *
   * @throws OperatorError `github_unreachable` when there is no connection.
   * @throws GitHubRefusal when GitHub took the request and gave no whole response.
   */
  async recover(failure: TransportFailure, url: string, tries: Tries, signal: AbortSignal | undefined): Promise<void> {
    const { kind, message, status } = failure;
    if (kind === 'unreachable') {
      tries.connecting += 1;
      const enough = this.#reached ? RECONNECT_TRIES : FIRST_CONTACT_TRIES;
      if (tries.connecting >= enough) throw githubUnreachable(url, message, tries.connecting);
      return this.pause(tries.connecting, message, signal);
    }
    if (kind === 'refused_here' || kind === 'redirect') throw githubUnreachable(url, message, 1);
    if (kind === 'deadline_exceeded') throw new GitHubRefusal('deadline_exceeded', message, status);
    if (kind === 'cut_stream') throw new GitHubRefusal('cut_stream', message, status);
    tries.resets += 1;
    if (tries.resets > 1) throw new GitHubRefusal('cut_stream', `the connection was closed twice: ${message}`, null);
    return this.pause(1, message, signal);
  }

  /** Waits before retry number `retry` (1, 2, …), telling why. */
  async pause(retry: number, detail: string, signal: AbortSignal | undefined): Promise<void> {
    const now = this.#clock.now();
    const ms = backoffMs(retry, NETWORK_BACKOFF, this.#random);
    const wait = { reason: 'network', until: now + ms, detail } as const;
    await this.#announcer.during(wait, now, () => this.#clock.sleep(ms, signal));
  }
}
