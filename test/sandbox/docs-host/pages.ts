import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { extname, join, sep } from 'node:path';
import { gzipSync } from 'node:zlib';

/** A page as the host keeps it. */
export interface DocsPage {
  readonly body: Buffer;
  /** What compression saves is worth it for texts. */
  readonly gzip: Buffer | null;
  readonly mediaType: string;
  readonly etag: string;
  readonly lastModified: string;
}

const MEDIA_TYPES: Readonly<Record<string, string>> = {
  '.md': 'text/markdown; charset=utf-8',
  '.mdx': 'text/markdown; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.zip': 'application/zip',
};
const SMALLEST_GZIP = 1_024;

/** @param modifiedAt milliseconds since the epoch */
export function docsPage(path: string, content: string | Uint8Array, modifiedAt: number): DocsPage {
  const body = Buffer.from(content);
  const mediaType = MEDIA_TYPES[extname(path)] ?? 'text/plain; charset=utf-8';
  return {
    body,
    gzip: body.length >= SMALLEST_GZIP && !mediaType.endsWith('zip') ? gzipSync(body) : null,
    mediaType,
    etag: `W/"${createHash('sha256').update(body).digest('hex').slice(0, 32)}"`,
    lastModified: new Date(modifiedAt).toUTCString(),
  };
}

/** Every file below a folder under its path from there: `/guide/start.md`. */
export function pagesOfFolder(folder: string): Map<string, DocsPage> {
  const pages = new Map<string, DocsPage>();
  for (const entry of readdirSync(folder, { recursive: true, encoding: 'utf8' }).toSorted()) {
    const file = join(folder, entry);
    const facts = statSync(file);
    if (!facts.isFile()) continue;
    const path = `/${entry.split(sep).join('/')}`;
    pages.set(path, docsPage(path, readFileSync(file), facts.mtimeMs));
  }
  return pages;
}
