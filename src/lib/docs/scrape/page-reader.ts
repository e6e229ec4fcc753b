import { MARKDOWN_MEDIA_TYPES, RST_MEDIA_TYPES } from '../../fetch/media-type.ts';
import type { FetchRequest, PageFetcher, Validators } from '../../fetch/page.ts';
import { decodePage } from '../parse/decode-page.ts';
import { parseMarkdown } from '../parse/markdown.ts';
import { parseRst } from '../parse/rst.ts';
import type { Section } from '../parse/section.ts';
import { sourceName } from '../parse/source-name.ts';
import type { SourceKind } from '../slot.ts';

/** What an artifact remembers of a page. */
export interface KnownPage {
  readonly validators: Validators;
  /** Of the body, lowercase hex. */
  readonly sha256: string;
}

export type PageReading =
  /** The page is the known one: the server said so, or sent the same bytes again. */
  | { readonly outcome: 'unchanged'; readonly validators: Validators }
  | {
      readonly outcome: 'read';
      readonly sections: readonly Section[];
      readonly bytes: number;
      readonly validators: Validators;
      readonly sha256: string;
    };

/**
 * Fetches a page and cuts it into sections, unless it is the known one.
 * @throws FetchFailure
 */
export type ReadPage = (url: string, known: KnownPage | null, signal: AbortSignal) => Promise<PageReading>;

/**
 * The rules that cut pages of a kind into sections, by number: another number, and every page is cut anew. Raise it
 * with a change to `parse/` that makes other sections from the same page.
 */
export const PARSER_VERSIONS: Readonly<Record<SourceKind, string>> = {
  'github-md': 'markdown 1',
  'github-rst': 'rst 1',
  'scrape-via-agent': 'agent 1',
  godoc: 'godoc 1',
};

/** What pages are read through. */
export interface PageSources {
  readonly fetcher: PageFetcher;
}

/** How pages of a kind are read. */
export function pageReader(kind: SourceKind, sources: PageSources): ReadPage {
  switch (kind) {
    case 'github-md':
      return textReader(kind, sources, (text, url) => parseMarkdown(text, sourceName(url, kind)));
    case 'github-rst':
      return textReader(kind, sources, (text, url) => parseRst(text, sourceName(url, kind)));
    case 'scrape-via-agent':
    case 'godoc':
      throw new Error(`${kind} is read elsewhere`);
  }
}

/** The request for a page of a kind. */
export function pageRequest(kind: SourceKind, url: string, _sources: Omit<PageSources, 'fetcher'>): FetchRequest {
  switch (kind) {
    case 'github-md':
      return { url, mediaTypes: MARKDOWN_MEDIA_TYPES };
    case 'github-rst':
      return { url, mediaTypes: RST_MEDIA_TYPES };
    case 'scrape-via-agent':
    case 'godoc':
      return { url };
  }
}

function textReader(
  kind: SourceKind,
  sources: PageSources,
  cut: (text: string, url: string) => readonly Section[],
): ReadPage {
  return async (url, known, signal) => {
    const request = pageRequest(kind, url, sources);
    const page = await sources.fetcher.fetch({ ...request, ...(known && { validators: known.validators }) }, signal);
    if (page.outcome === 'unchanged') return page;
    const { body, validators, sha256 } = page;
    if (sha256 === known?.sha256) return { outcome: 'unchanged', validators };
    return { outcome: 'read', sections: cut(decodePage(body), url), bytes: body.byteLength, validators, sha256 };
  };
}
