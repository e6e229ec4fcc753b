import { arrange, type Group, one } from './arrangement.ts';
import { docsFrameOf } from './docs-frame.ts';
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

/**
 * The lines of the region for a scene: never more than the layout allows, and always the same number for the same
 * layout and purpose, whatever is known, so that the screen does not jump.
 */
export function frameOf(scene: Scene): readonly FrameLine[] {
  const { layout } = scene;
  if (scene.view.run) return runFrameOf(scene, scene.view.run);
  if (scene.view.docs) return docsFrameOf(scene, scene.view.docs);
  if (layout.level === 'tiny') return [oneLine(scene), hint(scene)].slice(0, layout.maxLines);
  return arrange(groupsOf(scene), layout);
}

function groupsOf(scene: Scene): readonly Group[] {
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

/**
 * The rows by which a terminal that became narrower has stretched these lines: it wraps what no longer fits. (A
 * terminal that cuts instead of wrapping shows up to that many rows of scrollback less until it scrolls.)
 */
export function rowsAddedByWrapping(lineCells: readonly number[], columns: number): number {
  return lineCells.reduce((sum, cells) => sum + Math.max(0, Math.ceil(cells / Math.max(1, columns)) - 1), 0);
}
