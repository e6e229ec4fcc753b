/**
 * Whether a time is within GitHub's search syntax for dates: `>=2026-11-21T14:00:00Z`, `<2026-11-21`, `A..B`, `*..B`, or
 * a bare date, which is that whole day. Runs are dated to the second.
 */
export function createdWithin(expression: string, atMs: number): boolean {
  const at = Math.floor(atMs / 1000) * 1000;
  const range = expression.split('..');
  const [from, to] = range;
  if (range.length === 2 && from !== undefined && to !== undefined) {
    return (from === '*' || at >= Date.parse(from)) && (to === '*' || at < endOf(to));
  }
  const [, operator = '', date = ''] = /^(>=|<=|>|<|)(.*)$/.exec(expression) ?? [];
  const start = Date.parse(date);
  if (operator === '>=') return at >= start;
  if (operator === '>') return at >= endOf(date);
  if (operator === '<') return at < start;
  if (operator === '<=') return at < endOf(date);
  return at >= start && at < endOf(date);
}

/** The first moment after what a date names: a day or a second. */
function endOf(date: string): number {
  return Date.parse(date) + (date.includes('T') ? 1_000 : 86_400_000);
}
