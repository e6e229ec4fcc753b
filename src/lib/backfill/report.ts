import {
  formatClockTime,
  formatCount,
  formatDuration,
  formatIdentifier,
  formatPercent,
  formatQuantity,
} from '../progress/format.ts';
import { sanitize } from '../progress/sanitize.ts';
import { describeGap, describeGapReasons } from '../progress/wording.ts';
import type { BackfillProgress, RecoveryFinding, StatusRow, TableRowCounts } from '../store/backfill-rows.ts';
import type { Estimate } from './plan/estimate.ts';
import { describeScope } from './scope.ts';
import type { Verification } from './verify/verify.ts';
import { finishedOf } from './watch/watch.ts';

/** The status of one backfill as a few lines for people. Nothing of this is a stable interface. */
export function statusLines(row: StatusRow, now: number): readonly string[] {
  const share = `${formatCount(finishedOf(row))} of ${formatQuantity(row.total, 'pull request')} (${formatPercent(finishedOf(row), row.total)})`;
  const lines = [
    `${sanitize(row.repository)}: ${standing(row, now)}, ${share}`,
    `  stored       ${rowsText(row.rows)}`,
  ];
  const scope = describeScope(row);
  if (scope !== null) {
    lines.push(`  scope        ${scope}`);
  }
  const chunks = Object.entries(row.chunks ?? {}).map(([status, count]) => `${formatCount(count)} ${status}`);
  if (chunks.length > 0) {
    lines.push(`  chunks       ${chunks.join(', ')}`);
  }
  if (!row.enumeration_done && row.status === 'active') {
    lines.push(`  enumerated   ${formatCount(row.enumerated)} of ${formatCount(row.total)}`);
  }
  if (row.quarantined > 0) {
    lines.push(`  quarantined  ${formatQuantity(row.quarantined, 'pull request')}`);
  }
  if (row.gaps.length > 0) {
    lines.push(`  gaps         ${formatCount(row.gaps.length)}`);
  }
  lines.push(`  last change  ${formatDuration(now - Date.parse(row.updated_at))} ago`);
  const next = nextCommand(row);
  if (next) {
    lines.push(`  next         ${next}`);
  }
  return lines;
}

function standing(row: StatusRow, now: number): string {
  if (row.status === 'paused') {
    const why = row.pause_reason === 'user' ? 'paused by a user' : 'paused by a rate limit';
    const until = row.resume_after ? Date.parse(row.resume_after) : null;
    return until !== null && until > now ? `${why} until ${formatClockTime(until, now)}` : why;
  }
  if (row.status === 'active') {
    return row.workers > 0 ? `active, ${formatQuantity(row.workers, 'worker')}` : 'not finished, nobody works on it';
  }
  return formatIdentifier(row.status);
}

function nextCommand(row: StatusRow): string | null {
  switch (row.status) {
    case 'active':
      return row.workers > 0
        ? `capture-cli backfill status ${row.repository} --watch`
        : `capture-cli backfill ${describeScope(row) === null ? '' : 'resume '}${row.repository}`;
    case 'paused':
      return row.pause_reason === 'user'
        ? `capture-cli backfill resume ${row.repository}`
        : `capture-cli backfill ${row.repository}`;
    case 'completed':
      return `capture-cli backfill verify ${row.repository}`;
    case 'completed_with_gaps':
      return `capture-cli backfill recover ${row.repository}`;
    case 'failed':
    case 'cancelled':
      return `capture-cli backfill ${row.repository}`;
  }
}

/** What `pause` or `cancel` has done, and how to go on. */
export function controlLines(row: BackfillProgress, done: 'paused' | 'cancelled'): readonly string[] {
  const repository = sanitize(row.repository);
  return [
    `${repository}: ${done}. Workers finish the chunk that they are at and stop; what is captured is kept.`,
    `  next  capture-cli backfill ${done === 'paused' ? 'resume ' : ''}${repository}`,
  ];
}

export function rowsText(rows: TableRowCounts): string {
  return [
    formatQuantity(rows.pull_requests, 'pull request'),
    formatQuantity(rows.files, 'file'),
    formatQuantity(rows.reviews, 'review'),
    formatQuantity(rows.review_comments, 'review comment'),
    formatQuantity(rows.comments, 'comment'),
    formatQuantity(rows.commits, 'commit'),
  ].join(', ');
}

export function estimateLines(estimate: Estimate, now: number): readonly string[] {
  const { points, budget } = estimate;
  const sum = points.enumerate + points.hydrate + points.reviewComments;
  const lines = [
    `${sanitize(estimate.repository)}: would capture ${formatQuantity(estimate.total, 'pull request')} in about ${formatQuantity(estimate.chunks, 'chunk')}`,
    `  GraphQL points  about ${formatCount(sum)}: ${formatCount(points.enumerate)} to enumerate, ${formatCount(points.hydrate)} to hydrate, ${formatCount(points.reviewComments)} for review comments`,
  ];
  if (budget) {
    const left = `${formatCount(budget.remaining)} of ${formatCount(budget.limit)} left, resets at ${formatClockTime(budget.resetAt, now)}`;
    lines.push(`  budget          ${left}`);
  }
  lines.push('Nothing was written; the store was not opened, so work that earlier runs have done is not taken off.');
  return lines;
}

const FINDINGS: Readonly<Record<RecoveryFinding['finding'], string>> = {
  failed: 'failed',
  waiting: 'waits in the queue',
  lease_expired: 'lost its worker: the lease has expired',
  in_progress: 'is being worked on: its lease is alive',
  quarantined: 'is captured but for what was set aside',
};

/** What `recover` found and what it did about it: chunk by chunk, but for those that merely wait, which are counted. */
export function recoveryLines(
  repository: string,
  findings: readonly RecoveryFinding[],
  applied: boolean,
): readonly string[] {
  const waiting = findings.filter(({ finding }) => finding === 'waiting');
  const others = findings.filter(({ finding }) => finding !== 'waiting');
  const recoverable = others.filter(isRecoverable).length;
  const name = sanitize(repository);
  return [
    ...others.flatMap((finding) => findingLines(finding, applied)),
    ...(waiting.length > 0
      ? [`${formatQuantity(waiting.length, 'chunk')} in the queue, not begun: nothing to recover there`]
      : []),
    ...(recoverable === 0
      ? [`${name}: ${findings.length === 0 ? 'every chunk is captured, there is ' : ''}nothing to recover`]
      : []),
    ...(recoverable > 0 && !applied ? [`  next  capture-cli backfill recover ${name}`] : []),
    ...(findings.length > 0 && (applied || recoverable === 0) ? [`  next  capture-cli backfill ${name}`] : []),
  ];
}

function isRecoverable({ finding }: RecoveryFinding): boolean {
  return finding !== 'waiting' && finding !== 'in_progress';
}

function findingLines(finding: RecoveryFinding, applied: boolean): readonly string[] {
  const { first_number: first, last_number: last } = finding;
  const numbers = first === last ? `#${first}` : `#${first} to #${last}`;
  const subject = finding.kind === 'pull_requests' ? `pull requests ${numbers}` : `review comments of ${numbers}`;
  const error = finding.error ? `: ${sanitize(finding.error)}` : '';
  const requeued = isRecoverable(finding)
    ? [applied ? 'put back into the queue' : 'would be put back into the queue']
    : [];
  const figures =
    finding.kind === 'pull_requests'
      ? [`${formatCount(finding.captured)} of ${formatQuantity(finding.items, 'pull request')} captured`]
      : [];
  const attempts = formatQuantity(finding.attempts, 'attempt');
  return [
    [
      `chunk ${finding.chunk} (${subject}) ${FINDINGS[finding.finding]}${error}`,
      ...figures,
      attempts,
      ...requeued,
    ].join(', '),
    ...finding.quarantined.map(({ number, reason }) => `  #${number} set aside: ${sanitize(reason)}`),
  ];
}

/** Gaps that are listed one by one for people; `--json` has them all. */
const LISTED_GAPS = 50;

export function verificationLines(result: Verification): readonly string[] {
  const { repository, total, rows, gaps } = result;
  const scope = describeScope(result);
  const rest =
    scope === null
      ? []
      : [
          `  scope   ${scope}: that is all that the newest backfill was asked for`,
          `  rest    capture-cli backfill ${repository}`,
        ];
  if (result.verified) {
    const children = scope === null ? ' and all that belongs to them' : '';
    return [
      `${sanitize(repository)}: verified, ${formatQuantity(total, 'pull request')}${children}`,
      `  stored  ${rowsText(rows)}`,
      ...rest,
    ];
  }
  const more = gaps.length - LISTED_GAPS;
  return [
    `${sanitize(repository)}: ${formatQuantity(gaps.length, 'gap')} (${describeGapReasons(gaps)})`,
    `  stored  ${rowsText(rows)}`,
    ...gaps.slice(0, LISTED_GAPS).map((gap) => `  ${describeGap(gap)}`),
    ...(more > 0 ? [`  and ${formatCount(more)} more: --json lists them all`] : []),
    ...rest.slice(0, 1),
    `  next    capture-cli backfill ${repository}`,
  ];
}
