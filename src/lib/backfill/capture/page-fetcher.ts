import type { Clock } from '../../clock.ts';
import { OperatorError } from '../../errors.ts';
import type { GitHubClient } from '../../github/client.ts';
import { PROBE_DOCUMENT } from '../../github/graphql/documents.ts';
import { GitHubRefusal, type RefusalReason } from '../../github/refusals.ts';
import type { Emit } from '../capabilities.ts';
import { afterAnswer, afterRefusal, initialPageSize, type PageSize } from './page-size.ts';

/** How often one thing is asked for alone before it is set aside. */
const ATTEMPTS_ALONE = 3;
/** Things set aside in a row, with nothing answered between them, that mean an outage. */
const OUTAGE_AFTER = 4;
const ALONE_BACKOFF_MS = 500;

const REASONS: Readonly<Record<RefusalReason, string>> = {
  gateway_timeout: 'GitHub timed out',
  resource_limits_exceeded: 'GitHub refused the page as too expensive',
  partial_answer: 'GitHub answered only in part',
  deadline_exceeded: 'GitHub did not answer in time',
  cut_stream: 'the answer was cut off',
  server_error: 'GitHub had an internal error',
};

export function refusalText(refusal: GitHubRefusal): string {
  const status = refusal.status === null || refusal.status === 200 ? '' : ` (HTTP ${refusal.status})`;
  return `${REASONS[refusal.reason]}${status}`;
}

export interface SetAside<Target> {
  readonly target: Target;
  readonly reason: string;
}

/**
 * Asks GitHub for many things a page at a time and remembers, across chunks, how many it takes at once. A refused page is never
 * sent again as it was: the next one asks for at most half. What is refused even alone is set aside with its reason, unless
 * GitHub refuses everything: then the run stops, rather than setting the whole repository aside.
 */
export class PageFetcher {
  readonly #github: GitHubClient;
  readonly #clock: Clock;
  readonly #emit: Emit;
  #page: PageSize;
  #setAsideInARow = 0;

  constructor(
    github: GitHubClient,
    clock: Clock,
    emit: Emit,
    sizes: { readonly initial: number; readonly max: number },
  ) {
    this.#github = github;
    this.#clock = clock;
    this.#emit = emit;
    this.#page = initialPageSize(sizes.initial, sizes.max);
  }

  get pageSize(): number {
    return this.#page.size;
  }

  /**
   * Fetches every target through `fetchPage`, which answers how long GitHub took. Answers those that were set aside.
   *
   * @throws OperatorError `github_failing` when GitHub refuses whatever it is asked.
   */
  async fetchAll<Target>(
    targets: readonly Target[],
    fetchPage: (page: readonly Target[], signal: AbortSignal) => Promise<number>,
    signal: AbortSignal,
  ): Promise<readonly SetAside<Target>[]> {
    const waiting = [...targets];
    const setAside: SetAside<Target>[] = [];
    let attemptsAlone = 0;
    while (waiting.length > 0) {
      signal.throwIfAborted();
      const page = waiting.slice(0, this.#page.size);
      try {
        const elapsedMs = await fetchPage(page, signal);
        this.#page = afterAnswer(this.#page, page.length, elapsedMs);
        this.#setAsideInARow = 0;
      } catch (thrown) {
        if (!(thrown instanceof GitHubRefusal)) {
          throw thrown;
        }
        if (page.length > 1) {
          this.#shrink(page.length, thrown);
          continue;
        }
        this.#page = afterRefusal(this.#page, 1);
        attemptsAlone += 1;
        if (attemptsAlone < ATTEMPTS_ALONE) {
          await this.#clock.sleep(ALONE_BACKOFF_MS * 2 ** (attemptsAlone - 1), signal);
          continue;
        }
        await this.#confirmGitHubAnswers(thrown, signal);
        setAside.push({
          target: page[0] as Target,
          reason: `${refusalText(thrown)}, ${ATTEMPTS_ALONE} times when asked for it alone`,
        });
      }
      attemptsAlone = 0;
      waiting.splice(0, page.length);
    }
    return setAside;
  }

  #shrink(requested: number, refusal: GitHubRefusal): void {
    this.#page = afterRefusal(this.#page, requested);
    this.#emit({ event: 'page.shrunk', reason: refusalText(refusal), from: requested, to: this.#page.size });
  }

  async #confirmGitHubAnswers(refusal: GitHubRefusal, signal: AbortSignal): Promise<void> {
    this.#setAsideInARow += 1;
    const outage = (cause: unknown) =>
      new OperatorError(`GitHub refuses every request: ${refusalText(refusal)}`, {
        code: 'github_failing',
        nextSteps: ['See https://www.githubstatus.com', 'Run the same command again later: what is captured is kept'],
        cause,
      });
    if (this.#setAsideInARow >= OUTAGE_AFTER) {
      throw outage(refusal);
    }
    try {
      await this.#github.graphql({ document: PROBE_DOCUMENT, variables: {}, signal });
    } catch (thrown) {
      if (thrown instanceof GitHubRefusal) {
        throw outage(thrown);
      }
      throw thrown;
    }
  }
}
