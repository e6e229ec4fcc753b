/** One measured number against its target. */
export interface Figure {
  readonly name: string;
  /** As the issue words it: `<= 5`, `>= 5,000`. Null for a number that only explains others. */
  readonly target: string | null;
  /** With its unit. */
  readonly measured: string;
  /** Null where there is no target, or nothing could be measured. */
  readonly met: boolean | null;
}

/** What one bench file measured. */
export interface Section {
  readonly title: string;
  readonly figures: readonly Figure[];
  /** How it was measured and where the time goes, one sentence or table row each. */
  readonly notes: readonly string[];
}

/** A figure that must not exceed its limit. */
export function atMost(name: string, value: number, limit: number, unit: string): Figure {
  return {
    name,
    target: `≤ ${number(limit)}${suffix(unit)}`,
    measured: `${number(value)}${suffix(unit)}`,
    met: value <= limit,
  };
}

/** A figure that must reach its limit. */
export function atLeast(name: string, value: number, limit: number, unit: string): Figure {
  return {
    name,
    target: `≥ ${number(limit)}${suffix(unit)}`,
    measured: `${number(value)}${suffix(unit)}`,
    met: value >= limit,
  };
}

/** Something that holds or does not. */
export function holds(name: string, target: string, measured: string, met: boolean): Figure {
  return { name, target, measured, met };
}

/** A number that explains others. */
export function told(name: string, measured: string): Figure {
  return { name, target: null, measured, met: null };
}

/** `12,345`, `4.94`, `0.012`: three significant digits below a hundred, whole above. */
export function number(value: number): string {
  if (Math.abs(value) >= 100 || Number.isInteger(value)) return Math.round(value).toLocaleString('en');
  return String(Number(value.toPrecision(3)));
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

function suffix(unit: string): string {
  return unit === '' || unit === '×' ? unit : ` ${unit}`;
}
