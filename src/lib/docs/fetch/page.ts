/** What a server said about the version of a page that it sent, to ask for a newer one only. */
export interface Validators {
  readonly etag: string | null;
  readonly lastModified: string | null;
}

export interface FetchRequest {
  readonly url: string;
  /** Media types to ask for. */
  readonly accept?: string;
  /** Those of the copy that is here already: the answer may then be `unchanged`. */
  readonly validators?: Validators;
  /** Media types that the page may have, lower case, without parameters; others are refused. Undefined for any. */
  readonly mediaTypes?: readonly string[];
  /** Sent as `Authorization: Bearer`, to this host only: it is dropped when a redirect leads elsewhere. */
  readonly bearer?: string;
  /** Bytes after decompression; a larger body is refused. */
  readonly maxBytes?: number;
}

export type FetchedPage =
  | {
      readonly outcome: 'fetched';
      /** Address after redirects. */
      readonly url: string;
      /** Decompressed, as it came: a byte order mark stays. */
      readonly body: Uint8Array;
      readonly mediaType: string;
      readonly validators: Validators;
      /** Lowercase hex sha256 of `body`. */
      readonly sha256: string;
    }
  /** The server says that the copy which the validators belong to is current (304). */
  | { readonly outcome: 'unchanged'; readonly url: string; readonly validators: Validators };

/** Why a page could not be had, as one word for logs, tests and reports. */
export type FetchFailureReason =
  | 'not_found'
  | 'gone'
  | 'forbidden'
  | 'rate_limited'
  | 'server_error'
  | 'http_status'
  | 'timeout'
  | 'transport'
  | 'too_large'
  | 'media_type'
  | 'redirects'
  | 'refused_address';

/** A page could not be had after every retry that made sense. */
export class FetchFailure extends Error {
  readonly reason: FetchFailureReason;
  readonly url: string;
  /** Of the last answer; null where there was none. */
  readonly status: number | null;
  readonly attempts: number;

  constructor(
    message: string,
    details: {
      readonly reason: FetchFailureReason;
      readonly url: string;
      readonly status: number | null;
      readonly attempts: number;
      readonly cause?: unknown;
    },
  ) {
    super(message, { cause: details.cause });
    this.name = 'FetchFailure';
    this.reason = details.reason;
    this.url = details.url;
    this.status = details.status;
    this.attempts = details.attempts;
  }
}

/** Fetches pages politely: at most a few at a time from one host, with the pauses that the host asks for. */
export interface PageFetcher {
  /** @throws FetchFailure */
  fetch(request: FetchRequest, signal: AbortSignal): Promise<FetchedPage>;
  /** Ends idle connections. */
  close(): Promise<void>;
}

/** A fetcher waits before it goes on with a host, or has stopped waiting. */
export interface FetchObserver {
  waiting(host: string, reason: 'retry_after' | 'backoff' | 'politeness', untilMs: number): void;
  resumed(host: string): void;
}
