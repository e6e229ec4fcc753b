import { MARKDOWN_MEDIA_TYPES, RST_MEDIA_TYPES } from '../../fetch/media-type.ts';
import type { FetchRequest, PageFetcher } from '../../fetch/page.ts';
import type { AgentClient } from '../parse/agent/agent-client.ts';
import { AGENT_MEDIA_TYPES, readViaAgent } from '../parse/agent/read-via-agent.ts';
import { decodePage } from '../parse/decode-page.ts';
import { extractGodoc } from '../parse/godoc/extract-godoc.ts';
import type { GoParser } from '../parse/godoc/go-parser.ts';
import { moduleVersionOf } from '../parse/godoc/source/module-path.ts';
import { parseMarkdown } from '../parse/markdown.ts';
import type { KnownPage, PageReading } from '../parse/page-reading.ts';
import { parseRst } from '../parse/rst.ts';
import type { Section } from '../parse/section.ts';
import { sourceName } from '../parse/source-name.ts';
import type { SourceKind } from '../slot.ts';

/**
 * Fetches a page and cuts it into sections, unless it is the known one.
 * @throws FetchFailure, ParseFailure
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
  /** Loaded with the first Go source. */
  readonly goParser: () => Promise<GoParser>;
  /** The token to send to an address, or undefined. */
  readonly bearerFor: (url: string) => string | undefined;
  /** Base of Go's checksum database. */
  readonly sumdbBase: string;
  /** Null where no page goes through it. */
  readonly agent: AgentClient | null;
  /** Told when a page was longer than the agent is given, with the bytes that it is given. */
  readonly onTruncated: (url: string, keptBytes: number) => void;
}

/** How pages of a kind are read. */
export function pageReader(kind: SourceKind, sources: PageSources): ReadPage {
  switch (kind) {
    case 'github-md':
      return textReader(kind, sources, (text, url) => parseMarkdown(text, sourceName(url, kind)));
    case 'github-rst':
      return textReader(kind, sources, (text, url) => parseRst(text, sourceName(url, kind)));
    case 'godoc':
      return async (url, known, signal) => {
        const capabilities = { ...sources, parser: await sources.goParser() };
        return await extractGodoc(capabilities, url, known, signal);
      };
    case 'scrape-via-agent': {
      const { agent } = sources;
      if (agent === null) throw new Error('pages for the agent, and no agent');
      return (url, known, signal) => readViaAgent({ ...sources, agent }, url, known, signal);
    }
  }
}

/** The request for a page of a kind, without what is known of the page. @throws ParseFailure for no such page */
export function pageRequest(
  kind: SourceKind,
  url: string,
  { bearerFor }: Pick<PageSources, 'bearerFor'>,
): FetchRequest {
  switch (kind) {
    case 'github-md':
      return { url, mediaTypes: MARKDOWN_MEDIA_TYPES };
    case 'github-rst':
      return { url, mediaTypes: RST_MEDIA_TYPES };
    case 'scrape-via-agent':
      return { url, mediaTypes: AGENT_MEDIA_TYPES };
    case 'godoc': {
      const bearer = bearerFor(url);
      return {
        url: url.includes('/@v/') ? moduleVersionOf(url).url : url,
        ...(bearer === undefined ? {} : { bearer }),
      };
    }
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
