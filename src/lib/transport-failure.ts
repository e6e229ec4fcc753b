export type TransportFailureKind =
  /** No connection: refused, not found, no route, broken TLS handshake. Trying again later may help. */
  | 'unreachable'
  /** Trying again does not mend it: a certificate that is not trusted, an invalid address, no HTTP. */
  | 'refused_here'
  /** The connection was there and ended before any header of the response. */
  | 'reset_before_headers'
  /** Headers came and the body ended early. */
  | 'cut_stream'
  /** No whole response within the deadline. */
  | 'deadline_exceeded'
  /** More redirects than are followed, or one to another origin. */
  | 'redirect';

/** The request did not get a whole response. Its message never holds request headers or bodies. */
export class TransportFailure extends Error {
  readonly kind: TransportFailureKind;
  /** The system's or fetch's code, e.g. `ECONNREFUSED`. */
  readonly errorCode: string | undefined;
  /** HTTP status where headers had arrived. */
  readonly status: number | null;

  constructor(kind: TransportFailureKind, message: string, detail: { errorCode?: string; status?: number } = {}) {
    super(message);
    this.name = 'TransportFailure';
    this.kind = kind;
    this.errorCode = detail.errorCode;
    this.status = detail.status ?? null;
  }
}

const NO_CONNECTION = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ENETUNREACH',
  'ENETDOWN',
  'EHOSTUNREACH',
  'EHOSTDOWN',
  'EADDRNOTAVAIL',
  'ETIMEDOUT',
  'UND_ERR_CONNECT_TIMEOUT',
  'EPROTO',
]);

/** Certificates that are not trusted (OpenSSL's names), invalid addresses, and servers that do not speak HTTP. */
const NEVER_WORKS = /^(CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_(GET_ISSUER|VERIFY_LEAF)|HOSTNAME_MISMATCH|ERR_|HPE_)/;

/** The `code` of the innermost cause that has one, and that cause's message; fetch wraps the system's error. */
function innermost(thrown: unknown): { code: string | undefined; message: string } {
  let code: string | undefined;
  let message = String(thrown);
  for (let error: unknown = thrown, depth = 0; error instanceof Error && depth < 8; error = error.cause, depth += 1) {
    if (error.message) message = error.message;
    if ('code' in error && typeof error.code === 'string') code = error.code;
    if (error instanceof AggregateError && error.errors.length > 0) {
      const [first]: unknown[] = error.errors;
      if (first instanceof Error && first.message) message = first.message;
    }
  }
  return { code, message };
}

/** What fetch threw before any header of a response, as a `TransportFailure`. */
export function failureBeforeHeaders(thrown: unknown): TransportFailure {
  const { code, message } = innermost(thrown);
  const detail = code === undefined ? {} : { errorCode: code };
  const handshake = code?.startsWith('ERR_SSL_') || /before secure TLS connection/.test(message);
  if (handshake || NO_CONNECTION.has(code ?? '')) return new TransportFailure('unreachable', message, detail);
  if (code === 'UND_ERR_HEADERS_TIMEOUT') return new TransportFailure('deadline_exceeded', message, detail);
  if (code === undefined || NEVER_WORKS.test(code)) return new TransportFailure('refused_here', message, detail);
  return new TransportFailure('reset_before_headers', message, detail);
}

/** What reading the body threw after headers with `status` had arrived. */
export function failureInBody(thrown: unknown, status: number): TransportFailure {
  const { code, message } = innermost(thrown);
  const kind = code === 'UND_ERR_BODY_TIMEOUT' ? 'deadline_exceeded' : 'cut_stream';
  return new TransportFailure(kind, message, { status, ...(code === undefined ? {} : { errorCode: code }) });
}
