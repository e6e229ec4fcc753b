import type { SourceKind } from '../slot.ts';

/**
 * The name of a page, which becomes the title of text that has no heading: the last path segment of the address as it is
 * written, query included. `.md` is cut from Markdown and `.rst` from reStructuredText; for the agent's pages it is
 * whatever comes after the last dot.
 */
export function sourceName(url: string, kind: Exclude<SourceKind, 'godoc'>): string {
  const segment = lastSegment(url);
  switch (kind) {
    case 'github-md':
      return withoutSuffix(segment, '.md');
    case 'github-rst':
      return withoutSuffix(segment, '.rst');
    case 'scrape-via-agent': {
      const dot = segment.lastIndexOf('.');
      return dot === -1 ? segment : segment.slice(0, dot);
    }
  }
}

/** As Go's `path.Base`: trailing slashes do not count, and nothing at all is `.`. */
function lastSegment(url: string): string {
  let end = url.length;
  while (end > 0 && url[end - 1] === '/') end--;
  if (end === 0) return url === '' ? '.' : '/';
  return url.slice(url.lastIndexOf('/', end - 1) + 1, end);
}

function withoutSuffix(text: string, suffix: string): string {
  return text.endsWith(suffix) ? text.slice(0, -suffix.length) : text;
}
