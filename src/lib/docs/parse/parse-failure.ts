/** Why a page could be fetched but not turned into sections, as one word for logs, tests and reports. */
export type ParseFailureReason =
  | 'page_empty'
  | 'agent_empty'
  | 'agent_malformed'
  | 'agent_refused'
  | 'agent_unavailable'
  | 'agent_unreachable'
  | 'agent_timeout'
  | 'verification_failed'
  | 'pdf_unsupported'
  | 'go_syntax'
  | 'unsupported_url'
  | 'not_a_directory'
  | 'stale_file'
  | 'bad_archive'
  | 'module_not_found'
  | 'module_withdrawn'
  | 'sumdb_mismatch'
  | 'sumdb_unavailable';

/** A page that could not be turned into sections. */
export class ParseFailure extends Error {
  readonly reason: ParseFailureReason;

  constructor(message: string, details: { readonly reason: ParseFailureReason; readonly cause?: unknown }) {
    super(message, { cause: details.cause });
    this.name = 'ParseFailure';
    this.reason = details.reason;
  }
}
