import { NO_ROWS, type RowCounts } from '../progress/events.ts';
import type { BackfillProgress } from '../store/backfill-rows.ts';
import type { PullRequestsPayload, ReviewCommentsPayload } from '../store/rows.ts';
import type { Emit } from './capabilities.ts';

/** How far the backfill is, for display between two looks at the database, whose rows are the truth. */
export class Tally {
  readonly #emit: Emit;
  #finished = 0;
  #quarantined = 0;
  #total = 0;
  #processed = 0;
  #rows: RowCounts = NO_ROWS;

  constructor(emit: Emit) {
    this.#emit = emit;
  }

  get finished(): number {
    return this.#finished;
  }

  get total(): number {
    return this.#total;
  }

  get quarantined(): number {
    return this.#quarantined;
  }

  /** Rows that this run stored. */
  get rows(): RowCounts {
    return this.#rows;
  }

  /** Pull requests that this run captured. */
  get processed(): number {
    return this.#processed;
  }

  /** Takes over what the database derives, other workers' work included. */
  sync(progress: BackfillProgress): void {
    this.#total = progress.total;
    this.#quarantined = progress.quarantined;
    this.#finished = progress.unchanged + progress.captured + progress.gone + progress.quarantined;
    this.#tell();
  }

  /** Enumeration found `unchanged` pull requests more that need no work. */
  addUnchanged(unchanged: number, total: number): void {
    this.#finished += unchanged;
    this.#total = total;
    if (unchanged > 0) {
      this.#tell();
    }
  }

  addCommitted(rows: RowCounts, receipts: PullRequestsPayload['receipts'], quarantined: number): void {
    this.#rows = sumRows(this.#rows, rows);
    this.#finished += receipts.length;
    this.#processed += rows.pull_requests;
    this.#quarantined += quarantined;
    this.#tell();
  }

  #tell(): void {
    this.#emit({
      event: 'progress.updated',
      finished: this.#finished,
      total: this.#total,
      rows: this.#rows,
      quarantined: this.#quarantined,
    });
  }
}

export function payloadRows(payload: PullRequestsPayload | ReviewCommentsPayload): RowCounts {
  if ('pull_requests' in payload) {
    return {
      pull_requests: payload.pull_requests.length,
      files: payload.files?.length ?? 0,
      reviews: payload.reviews?.length ?? 0,
      review_comments: 0,
      comments: payload.comments?.length ?? 0,
      commits: payload.commits?.length ?? 0,
    };
  }
  return { ...NO_ROWS, review_comments: payload.comments.length };
}

function sumRows(left: RowCounts, right: RowCounts): RowCounts {
  return {
    pull_requests: left.pull_requests + right.pull_requests,
    files: left.files + right.files,
    reviews: left.reviews + right.reviews,
    review_comments: left.review_comments + right.review_comments,
    comments: left.comments + right.comments,
    commits: left.commits + right.commits,
  };
}
