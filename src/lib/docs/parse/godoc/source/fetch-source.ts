import { type FetchedPage, FetchFailure, type FetchFailureReason, type FetchRequest } from '../../../../fetch/page.ts';
import type { KnownPage } from '../../page-reading.ts';
import { ParseFailure, type ParseFailureReason } from '../../parse-failure.ts';
import type { GodocCapabilities } from './capabilities.ts';

/** A request, with what its failures mean for Go source; those that are not in `meaning` stay as they are. */
export interface SourceRequest extends FetchRequest {
  readonly meaning: Partial<Record<FetchFailureReason, ParseFailureReason>>;
}

export type SourcePage = Extract<FetchedPage, { readonly outcome: 'fetched' }>;

/**
 * Fetches a page that is not known.
 * @throws ParseFailure, FetchFailure
 */
export async function fetchSource(
  capabilities: GodocCapabilities,
  request: SourceRequest,
  signal: AbortSignal,
): Promise<SourcePage> {
  const page = await fetchIfChanged(capabilities, request, null, signal);
  if (page.outcome === 'unchanged') throw new Error(`${request.url}: unchanged, and nothing was known of it`);
  return page;
}

/**
 * Asks for a page again; the known one is `unchanged` also when the server sends it all over.
 * @throws ParseFailure, FetchFailure
 */
export async function fetchIfChanged(
  { fetcher, bearerFor }: GodocCapabilities,
  { meaning, ...request }: SourceRequest,
  known: KnownPage | null,
  signal: AbortSignal,
): Promise<FetchedPage> {
  const bearer = bearerFor(request.url);
  const headers = { ...(bearer !== undefined && { bearer }), ...(known && { validators: known.validators }) };
  try {
    const page = await fetcher.fetch({ ...request, ...headers }, signal);
    const isKnown = page.outcome === 'fetched' && page.sha256 === known?.sha256;
    return isKnown ? { outcome: 'unchanged', url: page.url, validators: page.validators } : page;
  } catch (thrown) {
    const reason = thrown instanceof FetchFailure ? meaning[thrown.reason] : undefined;
    if (!reason || !(thrown instanceof FetchFailure)) throw thrown;
    throw new ParseFailure(thrown.message, { reason, cause: thrown });
  }
}
