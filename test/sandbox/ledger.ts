import type { Resource } from './budgets.ts';
import type { RequestKind } from './request-kind.ts';
import { REQUEST_KINDS, resourceOf } from './request-kind.ts';

/** First and last of a run of numbers. */
export type NumberRange = readonly [first: number, last: number];

export interface LedgerEntry {
  /** From 1. */
  readonly request: number;
  /** Milliseconds after the sandbox started, when the request had arrived. */
  readonly at: number;
  readonly kind: RequestKind;
  /** `POST /graphql`, `GET /repos/acme/big/pulls?page=2`. */
  readonly target: string;
  /** Eight digits of the token's SHA-256; null without a good token. */
  readonly token: string | null;
  /** Points or requests that were charged. */
  readonly cost: number;
  readonly pageSize: number;
  /** Pull requests that were asked for by id or number. */
  readonly numbers: readonly NumberRange[];
  /** Null when no status line was sent. */
  readonly status: number | null;
  /** The fault that was injected. */
  readonly fault: string | null;
  /** True when it came in although the client had been told to wait. */
  readonly whileLimited: boolean;
  /** True when it was refused because a limit was exceeded. */
  readonly overLimit: boolean;
  /** From arrival to the last byte, or to the end of the connection. */
  readonly ms: number;
}

export interface KindCounters {
  requests: number;
  cost: number;
  faults: number;
  /** Sum of the response times, the measure of GitHub's limit on CPU time. */
  responseMs: number;
}

export interface Counters {
  readonly requests: number;
  readonly byKind: Readonly<Record<RequestKind, Readonly<KindCounters>>>;
  readonly cost: Readonly<Record<Resource, number>>;
  /** Requests that came in although the client had been told to wait. */
  readonly limitedViolations: number;
  /** Requests that were refused because a limit was exceeded. */
  readonly limitRefusals: number;
  readonly concurrent: number;
  /** The most requests that were in the house at once. */
  readonly concurrencyHighWater: number;
  readonly notModified: number;
}

/** 4, 5, 6, 9 becomes 4-6, 9. The numbers are ascending. */
export function rangesOf(numbers: readonly number[]): readonly NumberRange[] {
  const ranges: [number, number][] = [];
  for (const number of numbers) {
    const last = ranges.at(-1);
    if (last && number === last[1] + 1) last[1] = number;
    else ranges.push([number, number]);
  }
  return ranges;
}

function emptyCounters(): Record<RequestKind, KindCounters> {
  const empty = () => ({ requests: 0, cost: 0, faults: 0, responseMs: 0 });
  return Object.fromEntries(REQUEST_KINDS.map((kind) => [kind, empty()])) as Record<RequestKind, KindCounters>;
}

/** What was asked and answered. */
export class Ledger {
  #entries: LedgerEntry[] = [];
  #byKind = emptyCounters();
  #cost = { graphql: 0, rest: 0 };
  #limitedViolations = 0;
  #limitRefusals = 0;
  #notModified = 0;
  #concurrent = 0;
  #highWater = 0;
  #arrived = 0;

  /** A request has come in; gives its number, from 1. */
  arrive(): number {
    this.#arrived += 1;
    this.#concurrent += 1;
    this.#highWater = Math.max(this.#highWater, this.#concurrent);
    return this.#arrived;
  }

  /** The request is gone without a trace: the sandbox itself failed. */
  abandon(): void {
    this.#concurrent -= 1;
  }

  /** The request is answered, refused or broken off. */
  record(entry: LedgerEntry): void {
    this.#concurrent -= 1;
    this.#entries.push(entry);
    const kind = this.#byKind[entry.kind];
    kind.requests += 1;
    kind.cost += entry.cost;
    kind.responseMs += entry.ms;
    if (entry.fault !== null) kind.faults += 1;
    if (entry.whileLimited) this.#limitedViolations += 1;
    if (entry.overLimit) this.#limitRefusals += 1;
    if (entry.status === 304) this.#notModified += 1;
    this.#cost[resourceOf(entry.kind)] += entry.cost;
  }

  /** Entries after request number `since`, in the order in which they ended. */
  entries(since = 0): readonly LedgerEntry[] {
    return since === 0 ? this.#entries : this.#entries.filter((entry) => entry.request > since);
  }

  counters(): Counters {
    const byKind = emptyCounters();
    for (const kind of REQUEST_KINDS) byKind[kind] = { ...this.#byKind[kind] };
    return {
      requests: this.#entries.length,
      byKind,
      cost: { ...this.#cost },
      limitedViolations: this.#limitedViolations,
      limitRefusals: this.#limitRefusals,
      concurrent: this.#concurrent,
      concurrencyHighWater: this.#highWater,
      notModified: this.#notModified,
    };
  }

  /** Forgets what was; request numbers go on. */
  reset(): void {
    this.#entries = [];
    this.#byKind = emptyCounters();
    this.#cost = { graphql: 0, rest: 0 };
    this.#limitedViolations = 0;
    this.#limitRefusals = 0;
    this.#notModified = 0;
    this.#highWater = this.#concurrent;
  }
}
