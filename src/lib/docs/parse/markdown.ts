import type { Section } from './section.ts';
import { SectionList } from './section-list.ts';
import { trimSpace, trimStart } from './white-space.ts';

/**
 * Cuts Markdown at its `## ` headings: one section for each, and one for the text before the first, which is titled by
 * the first `# ` heading or else by `sourceName`. Headings inside fences do not count. Everything but the `## ` lines
 * stays as it was written, front matter and HTML included; a section of any length is one section.
 */
export function parseMarkdown(text: string, sourceName: string): Section[] {
  const list = new SectionList();
  let inFence = false;
  let title: string | undefined;
  let documentTitle: string | undefined;

  for (const line of text.split('\n')) {
    // Any fence marker toggles, whatever its length: files that are read elsewhere by these rules must come out alike.
    if (startsFence(line)) inFence = !inFence;
    else if (!inFence && line.startsWith('## ')) {
      list.endSection(title ?? documentTitle ?? sourceName);
      title = trimSpace(line.slice('## '.length));
      continue;
    } else if (!inFence && line.startsWith('# ')) {
      documentTitle ??= trimSpace(line.slice('# '.length)) || undefined;
    }
    list.addLine(line);
  }
  list.endSection(title ?? documentTitle ?? sourceName);
  return list.sections();
}

function startsFence(line: string): boolean {
  const start = trimStart(line);
  return start.startsWith('```') || start.startsWith('~~~');
}
