import { formatQuantity } from '../../progress/format.ts';
import type { Slot } from '../slot.ts';

/** The slots for people: a heading, a row for each, and what they come to. */
export function slotTable(slots: readonly Slot[]): readonly string[] {
  const rows = [
    ['LIBRARY', 'VERSION', 'KIND', 'PAGES'],
    ...slots.map(({ libId, version, kind, urls }) => [libId, version || '-', kind, String(urls.length)]),
  ];
  const widths = [0, 1, 2].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const lines = rows.map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  '));
  const libraries = new Set(slots.map(({ libId }) => libId)).size;
  const pages = slots.reduce((sum, { urls }) => sum + urls.length, 0);
  const total = `${formatQuantity(libraries, 'library', 'libraries')}, ${formatQuantity(slots.length, 'slot')}`;
  return [...lines, '', `${total}, ${formatQuantity(pages, 'page')}`];
}
