export type DocsFault =
  /** Any status, with its own headers: 404, 502, 429 with `retry-after`, 403 with a spent budget. */
  | { readonly type: 'status'; readonly status: number; readonly headers?: Readonly<Record<string, string>> }
  | { readonly type: 'redirect'; readonly to: string; readonly status?: number }
  /** No answer at all. */
  | { readonly type: 'hang' }
  /** The connection ends before any header. */
  | { readonly type: 'reset' }
  /** Headers and half the body, then the connection ends. */
  | { readonly type: 'cut' }
  /** One byte of the body at a time. */
  | { readonly type: 'slow-loris'; readonly everyMs: number }
  /** A login page with 200: honestly as HTML, or under the media type of the page. */
  | { readonly type: 'login'; readonly disguised?: boolean }
  /** A body that is made up as it is sent; its length is told in advance unless `untold`. */
  | { readonly type: 'huge'; readonly bytes: number; readonly untold?: boolean }
  /** A small body that gzip unpacks to so many bytes. */
  | { readonly type: 'bomb'; readonly bytes: number }
  /** The page under this content-encoding; `broken` cuts its compressed stream. */
  | { readonly type: 'coding'; readonly coding: string; readonly broken?: boolean }
  /** The page as it is, with an ETag that is another one each time, and no Last-Modified. */
  | { readonly type: 'new-etag' };

/** Which requests get the fault: those to the path (all paths by default), counted from 1 over those that match it. */
export interface DocsFaultRule {
  /** A whole path, or the beginning of one with `*` at its end. */
  readonly path?: string;
  readonly nth?: number;
  readonly every?: number;
  readonly from?: number;
  readonly to?: number;
  readonly fault: DocsFault;
}

/** Picks the fault of each request; the first rule that applies wins, and every rule counts every request to its path. */
export class DocsFaults {
  readonly #rules: readonly { readonly rule: DocsFaultRule; seen: number }[];

  constructor(rules: readonly DocsFaultRule[]) {
    this.#rules = rules.map((rule) => ({ rule, seen: 0 }));
  }

  next(path: string): DocsFault | null {
    let picked: DocsFault | null = null;
    for (const counted of this.#rules) {
      const { rule } = counted;
      if (!concerns(rule.path ?? '*', path)) continue;
      counted.seen += 1;
      if (picked === null && strikes(rule, counted.seen)) picked = rule.fault;
    }
    return picked;
  }
}

function concerns(pattern: string, path: string): boolean {
  return pattern.endsWith('*') ? path.startsWith(pattern.slice(0, -1)) : path === pattern;
}

function strikes({ nth, every, from, to }: DocsFaultRule, seen: number): boolean {
  if (nth !== undefined) return seen === nth;
  if (every !== undefined) return seen % every === 0;
  return seen >= (from ?? 1) && seen <= (to ?? Number.POSITIVE_INFINITY);
}
