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
  /**
   * Media types that the page may have, lower case, without parameters; others are refused, and so is a page that says
   * to be one of them but begins like HTML. Undefined for any.
   */
  readonly mediaTypes?: readonly string[];
  /** Sent as `Authorization: Bearer`, to this host only: it is dropped when a redirect leads elsewhere. */
  readonly bearer?: string;
  /** Bytes after decompression; a larger body is refused. Undefined for the fetcher's own limit. */
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
  /** Tries, the first included. */
  readonly attempts: number;
  /** When the host may be asked again, in milliseconds since the epoch; null where it did not say. */
  readonly retryAt: number | null;

  constructor(
    message: string,
    details: {
      readonly reason: FetchFailureReason;
      readonly url: string;
      readonly status: number | null;
      readonly attempts: number;
      readonly retryAt?: number | null;
      readonly cause?: unknown;
    },
  ) {
    super(message, { cause: details.cause });
    this.name = 'FetchFailure';
    this.reason = details.reason;
    this.url = details.url;
    this.status = details.status;
    this.attempts = details.attempts;
    this.retryAt = details.retryAt ?? null;
  }
}

/** Fetches pages politely: at most a few at a time from one host, with the pauses that the host asks for. */
export interface PageFetcher {
  /**
   * @throws FetchFailure when there is no such page or every retry failed. @throws the signal's reason when it is aborted.
   */
  fetch(request: FetchRequest, signal: AbortSignal): Promise<FetchedPage>;
  /** Ends idle connections. */
  close(): Promise<void>;
}

/** A fetcher that can also look for pages without fetching them. */
export interface ProbingPageFetcher extends PageFetcher {
  /**
   * Resolves when there is such a page, as far as its headers tell; validators of the request do not count.
   * @throws as `fetch`
   */
  probe(request: Omit<FetchRequest, 'validators'>, signal: AbortSignal): Promise<void>;
}

/** Why a host is not asked now: it named a time, it refused for a limit without naming one, or our own pacing. */
export type WaitReason = 'retry_after' | 'backoff' | 'politeness';

/** Waits of half a second and more, for people who look on. Times are milliseconds since the epoch. */
export interface FetchObserver {
  /** Nothing is asked of `host` (`name:port`, the port only where it is not the scheme's own) until `untilMs`. */
  waiting(host: string, reason: WaitReason, untilMs: number): void;
  resumed(host: string): void;
  /** One page failed and is asked for again, while others of its host go on. */
  retrying?(url: string, reason: FetchFailureReason, untilMs: number): void;
}
