/** A day in UTC as YYYY-MM-DD; such days compare as text. */
export type Day = string;

const DAY_MS = 86_400_000;

export function dayOf(ms: number): Day {
  return new Date(ms).toISOString().slice(0, 10);
}

/** The day that is `count` days after another; before it, where `count` is negative. */
export function addDays(day: Day, count: number): Day {
  return dayOf(Date.parse(day) + count * DAY_MS);
}

/** Whole days from one day to another: 1 from a day to the next. */
export function daysBetween(from: Day, to: Day): number {
  return Math.round((Date.parse(to) - Date.parse(from)) / DAY_MS);
}

/** The later of two days; '' is before every day. */
export function laterDay(a: Day, b: Day): Day {
  return [a, b].toSorted()[1] ?? a;
}
