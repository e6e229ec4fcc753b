import type { GitHubClient } from '../github/client.ts';
import { lastPage } from '../github/link-header.ts';
import type { ChildKind, Gap, RowCounts } from '../progress/events.ts';
import type { BackfillStore } from '../store/procedures.ts';
import type { RepositoryRow } from '../store/rows.ts';
import type { Enumerator } from './enumerate.ts';

/** More gaps than this are counted on but not listed. */
const LISTED_GAPS = 10_000;

export interface Audit {
  readonly gaps: readonly Gap[];
  readonly rows: RowCounts;
  /** GitHub's `pullRequests.totalCount` when the audit ended. */
  readonly total: number;
}

export interface AuditCapabilities {
  readonly github: GitHubClient;
  readonly store: BackfillStore;
  readonly signal: AbortSignal;
}

/**
 * Compares what GitHub says there is with the rows: every child kind of every pull request by the totals that GitHub gave with
 * it, and the repository's review comments by GitHub's own listing of them.
 */
export async function auditChildren(
  { github, store, signal }: AuditCapabilities,
  repository: RepositoryRow,
  kinds: readonly ChildKind[],
): Promise<{ readonly gaps: readonly Gap[]; readonly rows: RowCounts }> {
  const [children, rows] = [
    await store.childGaps(repository.github_id, kinds, LISTED_GAPS),
    await store.rowCounts(repository.github_id),
  ];
  const gaps: Gap[] = children.map((gap) => ({ ...gap }));
  if (kinds.includes('review_comments') && !gaps.some((gap) => gap.kind === 'review_comments')) {
    const expected = await countReviewComments(github, repository, signal);
    if (expected !== rows.review_comments) {
      gaps.push({
        number: null,
        kind: 'review_comments',
        expected,
        captured: rows.review_comments,
        reason: expected > rows.review_comments ? 'missing' : 'surplus',
        detail: "GitHub's listing of the repository's review comments",
      });
    }
  }
  return { gaps, rows };
}

/** Compares a whole enumeration with the stored pull requests. One point for 100 of them. */
export async function auditPullRequests(
  { store, signal }: AuditCapabilities,
  enumerator: Enumerator,
  repository: RepositoryRow,
  kinds: readonly ChildKind[],
  onPage: (enumerated: number, total: number) => void = () => undefined,
): Promise<{ readonly gaps: readonly Gap[]; readonly surplus: readonly number[]; readonly total: number }> {
  const gaps: Gap[] = [];
  const listed = new Set<number>();
  let total = 0;
  for (let cursor: string | null = null, done = false; !done; ) {
    const page = await enumerator.page('created', cursor, signal);
    ({ cursor, done, total } = page);
    for (const item of page.items) {
      listed.add(item.number);
    }
    for (const { number, reason } of await store.differences(repository.github_id, kinds, page.items)) {
      gaps.push({ number, kind: 'pull_requests', expected: 1, captured: reason === 'missing' ? 0 : 1, reason });
    }
    onPage(listed.size, total);
  }
  const surplus: number[] = [];
  for (let after = 0; ; ) {
    const numbers = await store.numbersAfter(repository.github_id, after);
    if (numbers.length === 0) {
      break;
    }
    surplus.push(...numbers.filter((number) => !listed.has(number)));
    after = numbers.at(-1) ?? after;
  }
  return { gaps, surplus, total };
}

/** The repository's review comments, from the last page of a listing one a page. */
async function countReviewComments(
  github: GitHubClient,
  repository: RepositoryRow,
  signal: AbortSignal,
): Promise<number> {
  const answer = await github.rest<readonly unknown[]>({
    route: 'GET /repos/{owner}/{repo}/pulls/comments',
    parameters: { owner: repository.owner, repo: repository.name, per_page: 1 },
    signal,
  });
  return lastPage(answer.headers) ?? answer.data.length;
}
