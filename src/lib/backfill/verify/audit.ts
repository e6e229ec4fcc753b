import type { GitHubClient } from '../../github/client.ts';
import { GitHubRefusal } from '../../github/refusals.ts';
import { lastPage } from '../../github/rest/link-header.ts';
import type { ChildKind, Gap, RowCounts } from '../../progress/events.ts';
import type { BackfillStore } from '../../store/procedures.ts';
import type { RepositoryRow } from '../../store/rows.ts';
import type { Enumerator } from '../plan/enumerate.ts';

/** More gaps than this are counted on but not listed. */
const LISTED_GAPS = 10_000;

export interface AuditCapabilities {
  readonly github: GitHubClient;
  readonly store: BackfillStore;
  readonly signal: AbortSignal;
}

/** What is compared: the kinds, and only the pull requests that changed since then where `since` is not null. */
export interface AuditScope {
  readonly kinds: readonly ChildKind[];
  /** ISO timestamp. */
  readonly since: string | null;
}

/**
 * Compares what GitHub says there is with the rows: every child kind of every pull request by the totals that GitHub gave with
 * it, and, unless only a part was captured, the repository's review comments by GitHub's own listing of them.
 */
export async function auditChildren(
  { github, store, signal }: AuditCapabilities,
  repository: RepositoryRow,
  { kinds, since }: AuditScope,
): Promise<{ readonly gaps: readonly Gap[]; readonly rows: RowCounts }> {
  const [children, rows] = [
    await store.childGaps(repository.github_id, kinds, since, LISTED_GAPS),
    await store.rowCounts(repository.github_id),
  ];
  const gaps: Gap[] = children.map((gap) => ({ ...gap }));
  if (since === null && kinds.includes('review_comments') && !gaps.some((gap) => gap.kind === 'review_comments')) {
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

/**
 * Compares a whole enumeration with the stored pull requests, or with `since` what changed since then. One point for 100 of them.
 * Only a whole enumeration can tell what is surplus. Those that lack a kind are not listed: `auditChildren` tells which.
 */
export async function auditPullRequests(
  { store, signal }: AuditCapabilities,
  enumerator: Enumerator,
  repository: RepositoryRow,
  { kinds, since }: AuditScope,
  onPage: (compared: number, total: number) => void = () => undefined,
): Promise<{ readonly gaps: readonly Gap[]; readonly surplus: readonly number[]; readonly total: number }> {
  const gaps: Gap[] = [];
  const listed = new Set<number>();
  let total = 0;
  const pages = since === null ? enumerator.all(signal) : enumerator.touchedSince(Date.parse(since), signal);
  for await (const page of pages) {
    for (const item of page.items) {
      listed.add(item.number);
    }
    total = since === null ? page.total : listed.size;
    for (const { number, reason } of await store.differences(repository.github_id, kinds, page.items)) {
      if (reason === 'incomplete') {
        continue;
      }
      gaps.push({ number, kind: 'pull_requests', expected: 1, captured: reason === 'missing' ? 0 : 1, reason });
    }
    onPage(listed.size, total);
  }
  const surplus: number[] = [];
  for (let after = 0; since === null; ) {
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
  const answer = await github.rest<unknown>({
    route: 'GET /repos/{owner}/{repo}/pulls/comments',
    parameters: { owner: repository.owner, repo: repository.name, per_page: 1 },
    signal,
  });
  if (!Array.isArray(answer.data)) {
    throw new GitHubRefusal(
      'server_error',
      'GitHub answered something else than a list of review comments',
      answer.status,
    );
  }
  return lastPage(answer.headers) ?? answer.data.length;
}
