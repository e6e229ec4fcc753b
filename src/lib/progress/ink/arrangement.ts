import type { Layout } from './layout.ts';
import type { FrameLine } from './sections.ts';

/** Lines that belong together; `rank` 0 goes last when there is no room for all. */
export interface Section {
  readonly rank: number;
  readonly lines: readonly FrameLine[];
}

/** Sections between two empty lines, where there is room for those. */
export type Group = readonly Section[];

/** A section of one line. */
export function one(rank: number, line: FrameLine): Section {
  return { rank, lines: [line] };
}

/** The lines of the groups that fit: the least important sections are left out first, then the lines between groups. */
export function arrange(all: readonly Group[], layout: Layout): readonly FrameLine[] {
  const groups = dropUntilFits(all, layout.maxLines);
  const spaced = layout.level !== 'tight' && heightOf(groups) + groups.length <= layout.maxLines;
  return groups.flatMap((group, index) => {
    const lines = group.flatMap((section) => section.lines);
    return spaced ? [{ id: `space-${index}`, left: '', cut: 'end' as const }, ...lines] : lines;
  });
}

function dropUntilFits(groups: readonly Group[], maxLines: number): readonly Group[] {
  if (heightOf(groups) <= maxLines) return groups;
  const leastImportant = Math.max(...groups.flat().map((section) => section.rank));
  const fewer = groups
    .map((group) => group.filter((section) => section.rank !== leastImportant))
    .filter((group) => group.length > 0);
  return dropUntilFits(fewer, maxLines);
}

function heightOf(groups: readonly Group[]): number {
  return groups.flat().reduce((sum, section) => sum + section.lines.length, 0);
}
