import type { Layout } from './layout.ts';
import { runFrameOf } from './run-frame.ts';
import {
  bar,
  budget,
  captured,
  counts,
  current,
  type FrameLine,
  hint,
  lastChunk,
  notices,
  oneLine,
  quarantined,
  type Scene,
  title,
} from './sections.ts';

/** Lines that belong together; `rank` 0 goes last when there is no room for all. */
interface Section {
  readonly rank: number;
  readonly lines: readonly FrameLine[];
}

/**
 * The lines of the region for a scene: never more than the layout allows, and always the same number for the same
 * layout and purpose, whatever is known, so that the screen does not jump.
 */
export function frameOf(scene: Scene): readonly FrameLine[] {
  const { layout } = scene;
  if (scene.view.run) return runFrameOf(scene, scene.view.run);
  if (layout.level === 'tiny') return [oneLine(scene), hint(scene)].slice(0, layout.maxLines);
  const groups = dropUntilFits(groupsOf(scene), layout.maxLines);
  const height = groups.flat().reduce((sum, section) => sum + section.lines.length, 0);
  const spaced = layout.level !== 'tight' && height + groups.length <= layout.maxLines;
  return groups.flatMap((group, index) => {
    const lines = group.flatMap((section) => section.lines);
    return spaced ? [{ id: `space-${index}`, left: '', cut: 'end' as const }, ...lines] : lines;
  });
}

function groupsOf(scene: Scene): readonly (readonly Section[])[] {
  const one = (rank: number, line: FrameLine): Section => ({ rank, lines: [line] });
  if (scene.view.purpose === 'verify') {
    return [
      [one(1, title(scene)), one(4, bar(scene)), one(0, counts(scene))],
      [one(2, current(scene))],
      [one(5, budget(scene, 'graphql')), one(9, budget(scene, 'rest'))],
      [one(3, hint(scene))],
    ];
  }
  const { quarantineLines, noticeLines } = listLines(scene.layout);
  return [
    [one(1, title(scene)), one(4, bar(scene)), one(0, counts(scene))],
    [one(2, current(scene)), one(10, lastChunk(scene))],
    [{ rank: 7, lines: captured(scene) }],
    [one(5, budget(scene, 'graphql')), one(9, budget(scene, 'rest'))],
    [
      { rank: 6, lines: quarantined(scene, quarantineLines) },
      { rank: 8, lines: notices(scene, noticeLines) },
    ],
    [one(3, hint(scene))],
  ];
}

function listLines(layout: Layout): { readonly quarantineLines: number; readonly noticeLines: number } {
  return layout.level === 'roomy' ? { quarantineLines: 3, noticeLines: 5 } : { quarantineLines: 1, noticeLines: 1 };
}

function dropUntilFits(groups: readonly (readonly Section[])[], maxLines: number): readonly (readonly Section[])[] {
  const height = groups.flat().reduce((sum, section) => sum + section.lines.length, 0);
  if (height <= maxLines) return groups;
  const leastImportant = Math.max(...groups.flat().map((section) => section.rank));
  const fewer = groups
    .map((group) => group.filter((section) => section.rank !== leastImportant))
    .filter((group) => group.length > 0);
  return dropUntilFits(fewer, maxLines);
}

/**
 * The rows by which a terminal that became narrower has stretched these lines: it wraps what no longer fits. (A
 * terminal that cuts instead of wrapping shows up to that many rows of scrollback less until it scrolls.)
 */
export function rowsAddedByWrapping(lineCells: readonly number[], columns: number): number {
  return lineCells.reduce((sum, cells) => sum + Math.max(0, Math.ceil(cells / Math.max(1, columns)) - 1), 0);
}
