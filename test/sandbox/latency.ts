import type { RequestKind } from './request-kind.ts';
import { resourceOf } from './request-kind.ts';

/** What a response weighs. */
export interface ResponseWeight {
  readonly kind: RequestKind;
  /** Pull requests or ids at the top of the query; rows of a REST page. */
  readonly items: number;
  /** Requests needed to fill the query's connections, as the price counts them. */
  readonly requests: number;
  readonly bytes: number;
}

export interface LatencyModel {
  /** Milliseconds that the response takes. */
  responseMs(weight: ResponseWeight): number;
  /** What takes longer than this is ended with 504. */
  readonly deadlineMs: number;
}

export const noLatency: LatencyModel = { responseMs: () => 0, deadlineMs: Number.POSITIVE_INFINITY };

/** GitHub ends a request after ten seconds with 502 or 504. */
const GITHUB_DEADLINE_MS = 10_000;

/**
 * Response times like GitHub's, by page weight and without chance. Fitted to published observations: a bare list of 100
 * pull requests about 1 s; 25 with four child connections 2 to 3 s; 50 about 4.5 s; 100 eight to ten (gh-manager-cli#106,
 * and the time-out figures of tap-github and airbyte). REST: about 0.5 s for 100 rows.
 * @param factor scales every time, so that a test of pacing need not take as long as GitHub.
 */
export function githubLatency(factor = 1): LatencyModel {
  return {
    responseMs: ({ kind, items, requests, bytes }) => {
      const ms = resourceOf(kind) === 'rest' ? 150 + 3.5 * items : 250 + 7 * items + 18 * requests + bytes / 1024;
      return Math.round(ms * factor);
    },
    deadlineMs: Math.round(GITHUB_DEADLINE_MS * factor),
  };
}
