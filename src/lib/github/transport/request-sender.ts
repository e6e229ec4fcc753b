import type { RestRequest } from '../client.ts';
import type { TokenSource } from '../token/token.ts';
import type { ConditionalReply } from './conditional-cache.ts';
import type { WireRequest } from './transport.ts';

export interface RequestSenderOptions {
  readonly token: TokenSource;
  readonly apiUrl: string;
  readonly userAgent: string;
  readonly send: (request: WireRequest, signal: AbortSignal | undefined) => Promise<ConditionalReply>;
}

/** What a request has beside its parameters. */
export type SendingOptions = Pick<RestRequest, 'accept' | 'upload' | 'timeoutMs' | 'redirect'>;

/** Sends `route` (`GET /repos/{owner}/{repo}`, or with a whole URL) with its parameters and answers the whole reply. */
export type RequestSender = (
  route: string,
  parameters: Readonly<Record<string, unknown>>,
  signal: AbortSignal | undefined,
  options?: SendingOptions,
) => Promise<ConditionalReply & { readonly url: string; readonly method: string }>;

const SILENT = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

/** The version that GitHub serves to clients that name none, named so that a new default changes nothing here. */
const API_VERSION = '2022-11-28';

/**
 * Octokit makes the request (route templates, authorisation, headers) and hands it to `send` through its `fetch` seam.
 * The reply is taken there, whole: octokit's own reading hides cut bodies and throws on 304, and its errors carry the
 * request. Loads octokit at the first request, so that commands that do not talk to GitHub do not pay for it.
 */
export function createRequestSender({ token, apiUrl, userAgent, send }: RequestSenderOptions): RequestSender {
  const connect = async () => {
    const { Octokit } = await import('@octokit/core');
    const octokit = new Octokit({ baseUrl: apiUrl.replace(/\/+$/, ''), userAgent, log: SILENT });
    return octokit.request.defaults({ headers: { 'x-github-api-version': API_VERSION } });
  };
  let connected: ReturnType<typeof connect> | undefined;
  return async (route, parameters, signal, { accept, upload, timeoutMs, redirect } = {}) => {
    connected ??= connect();
    const request = await connected;
    const seen: { reply?: Awaited<ReturnType<RequestSender>>; failure?: { thrown: unknown } } = {};
    const seam = async (
      url: string,
      init: { method: string; headers: Record<string, string>; body?: string | Blob },
    ) => {
      try {
        const { method, headers, body } = init;
        const wire = {
          method,
          url,
          headers,
          ...(body === undefined ? {} : { body }),
          ...(redirect === undefined ? {} : { redirect }),
          ...(timeoutMs === undefined ? {} : { timeoutMs }),
        };
        seen.reply = { ...(await send(wire, signal)), url, method };
      } catch (thrown) {
        seen.failure = { thrown };
      }
      return new Response(null, { status: 204 });
    };
    const headers = {
      authorization: `token ${await token()}`,
      ...(accept === undefined ? {} : { accept }),
      ...(upload === undefined ? {} : { 'content-type': upload.mediaType }),
    };
    const body = upload === undefined ? {} : { data: upload.content };
    await request(route, { ...parameters, ...body, headers, request: { fetch: seam } });
    if (seen.reply) return seen.reply;
    throw seen.failure ? seen.failure.thrown : new Error(`octokit sent nothing for ${route}`);
  };
}
