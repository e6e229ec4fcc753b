import type { ChildKind, Gap, GapReason, RateResource, RowCounts } from './events.ts';
import type { AnnouncedWait, Budget, Wait } from './facts.ts';
import { formatClockTime, formatCount, formatDuration, formatDurationBriefly, formatIdentifier } from './format.ts';
import { sanitize } from './sanitize.ts';

/** Children in the order in which people think of them, with their plain names. */
export const CHILD_NAMES: readonly (readonly [ChildKind, string])[] = [
  ['files', 'files'],
  ['reviews', 'reviews'],
  ['review_comments', 'review comments'],
  ['comments', 'comments'],
  ['commits', 'commits'],
];

/** Each budget's name and what it is counted in. */
export const BUDGET_NAMES: Readonly<Record<RateResource, { readonly name: string; readonly unit: string }>> = {
  graphql: { name: 'GraphQL', unit: 'points' },
  rest: { name: 'REST', unit: 'requests' },
};

const WAIT_REASONS: Readonly<Record<Wait['reason'], string>> = {
  budget_exhausted: "GitHub's budget is spent",
  secondary_limit: 'GitHub asks for a pause (secondary limit)',
  pacing: 'spreading requests over the budget',
  network: 'GitHub cannot be reached',
  other_workers: 'other workers hold the remaining chunks',
};

const GAP_REASONS: Readonly<Record<GapReason, string>> = {
  files_truncated_at_source: 'GitHub serves at most 3,000 files of a pull request',
  commits_truncated_at_source: 'GitHub serves at most 250 commits of a pull request',
  quarantined: 'quarantined: it failed even when asked for alone',
  missing: 'GitHub has more than the store',
  surplus: 'the store has more than GitHub',
  stale: 'it changed on GitHub after it was captured; the next run captures it again',
};

/** As `GAP_REASONS`, where a whole pull request is the gap. */
const WHOLE_GAP_REASONS: Readonly<Partial<Record<GapReason, string>>> = {
  missing: 'GitHub has it and the store does not',
  surplus: 'the store has it and GitHub does not',
};

const CODE: readonly ChildKind[] = ['files', 'commits'];

/** All five kinds, code and discussion apart: `151,022 files, 9,206 commits`. Each fits a line of 80 columns. */
export function describeChildren(rows: RowCounts): readonly [code: string, discussion: string] {
  const phrases = (isCode: boolean) =>
    CHILD_NAMES.filter(([kind]) => CODE.includes(kind) === isCode)
      .map(([kind, name]) => `${formatCount(rows[kind])} ${name}`)
      .join(', ');
  return [phrases(true), phrases(false)];
}

/** A budget in words, from the fullest wording to the shortest. A window that is over says so: its figures are old. */
export function describeBudget(budget: Budget, now: number): readonly [string, ...string[]] {
  const { unit } = BUDGET_NAMES[budget.resource];
  const left = `${formatCount(budget.remaining)} of ${formatCount(budget.limit)}`;
  const at = formatClockTime(budget.resetAt, now);
  if (budget.resetAt <= now) return [`was ${left} ${unit}, renewed at ${at}`, `renewed at ${at}`];
  const keeps = `keeps ${formatCount(budget.reserve)}`;
  return [
    `${left} ${unit} left, ${keeps}, resets ${at} (in ${formatDurationBriefly(budget.resetAt - now)})`,
    `${left} left, ${keeps}, resets ${at} (in ${formatDurationBriefly(budget.resetAt - now)})`,
    `${left} left, ${keeps}, resets ${at}`,
    `${left} left, resets ${at}`,
    `${formatCount(budget.remaining)} left`,
  ];
}

/** Why nothing is asked for now and when it goes on, counting down, from the fullest wording to the shortest. */
export function describeWait(wait: Wait, now: number): readonly [string, ...string[]] {
  const reason = WAIT_REASONS[wait.reason];
  const detail = wait.detail === undefined ? '' : ` (${sanitize(wait.detail)})`;
  const left = wait.until > now ? `in ${countdown(wait.until - now)}` : 'any moment';
  const at = formatClockTime(wait.until, now);
  return [
    `${reason}${detail}, goes on at ${at}, ${left}`,
    `${reason}, goes on at ${at}, ${left}`,
    `${reason}, ${left}`,
    `goes on ${left}`,
  ];
}

/** Why a wait began and until when, without a countdown: for lines that are never redrawn. */
export function announceWait(wait: AnnouncedWait, now: number): string {
  const detail = wait.detail === undefined ? '' : ` (${sanitize(wait.detail)})`;
  const length = countdown(wait.until - now);
  return `${WAIT_REASONS[wait.reason]}${detail}; goes on at ${formatClockTime(wait.until, now)}, in ${length}`;
}

/** A gap in words: what, how much of it, and why. */
export function describeGap(gap: Gap): string {
  const subject = gap.number === null ? 'repository' : `#${gap.number}`;
  if (gap.kind === 'pull_requests') {
    const reason = gap.detail === undefined ? undefined : `${formatIdentifier(gap.reason)}: ${sanitize(gap.detail)}`;
    return `${subject}: ${reason ?? WHOLE_GAP_REASONS[gap.reason] ?? GAP_REASONS[gap.reason]}`;
  }
  const expected = gap.expected === null ? '' : ` of ${formatCount(gap.expected)}`;
  const detail = gap.detail === undefined ? '' : ` (${sanitize(gap.detail)})`;
  return `${subject} ${formatIdentifier(gap.kind)}: ${formatCount(gap.captured)}${expected} captured; ${GAP_REASONS[gap.reason]}${detail}`;
}

/** How many gaps there are for each reason, most first. */
export function describeGapReasons(gaps: readonly Gap[]): string {
  const counts = new Map<GapReason, number>();
  for (const { reason } of gaps) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  const ordered = [...counts].sort(([, one], [, other]) => other - one);
  return ordered.map(([reason, count]) => `${formatCount(count)} ${formatIdentifier(reason)}`).join(', ');
}

/** Rounded up, so that a wait of 60 s begins at `1 min` and never shows `0 s` while it lasts. */
function countdown(ms: number): string {
  return formatDuration(Math.ceil(Math.max(0, ms) / 1000) * 1000);
}
