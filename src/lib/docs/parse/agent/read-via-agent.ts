import type { PageFetcher } from '../../../fetch/page.ts';
import { decodePage } from '../decode-page.ts';
import { parseMarkdown } from '../markdown.ts';
import type { KnownPage, PageReading } from '../page-reading.ts';
import { ParseFailure } from '../parse-failure.ts';
import { sourceName } from '../source-name.ts';
import type { AgentClient } from './agent-client.ts';
import { verifyCode } from './fenced-blocks.ts';
import { MAX_INPUT_BYTES } from './prompt.ts';

const PDF = 'application/pdf';
/** What pages for the agent may be sent as. PDF is among them to be told apart from what nobody can read. */
export const AGENT_MEDIA_TYPES: readonly string[] = [
  'text/html',
  'application/xhtml+xml',
  'text/markdown',
  'text/x-markdown',
  'text/plain',
  PDF,
];

export interface AgentSources {
  readonly fetcher: PageFetcher;
  readonly agent: AgentClient;
  /** Told when a page was longer than the agent is given, with the bytes that it is given. */
  readonly onTruncated: (url: string, keptBytes: number) => void;
}

/**
 * Fetches a page, has an agent turn it into Markdown, and cuts that into sections, unless it is the known page.
 *
 * @throws ParseFailure, FetchFailure
 */
export async function readViaAgent(
  { fetcher, agent, onTruncated }: AgentSources,
  url: string,
  known: KnownPage | null,
  signal: AbortSignal,
): Promise<PageReading> {
  const request = { url, mediaTypes: AGENT_MEDIA_TYPES, ...(known && { validators: known.validators }) };
  const page = await fetcher.fetch(request, signal);
  if (page.outcome === 'unchanged') return page;
  const { body, validators, sha256, mediaType } = page;
  if (sha256 === known?.sha256) return { outcome: 'unchanged', validators };
  if (mediaType === PDF) throw new ParseFailure(`${url} is a PDF, which is not read`, { reason: 'pdf_unsupported' });
  const text = decodePage(body);
  const { markdown, isTruncated } = await agent.extract(text, mediaType, signal);
  if (isTruncated) onTruncated(url, MAX_INPUT_BYTES);
  verifyCode(markdown, text);
  const sections = parseMarkdown(markdown, sourceName(url, 'scrape-via-agent'));
  return { outcome: 'read', sections, bytes: body.byteLength, validators, sha256 };
}
