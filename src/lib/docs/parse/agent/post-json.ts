import * as http from 'node:http';
import * as https from 'node:https';
import { buffer } from 'node:stream/consumers';
import { failureBeforeHeaders, failureInBody, TransportFailure } from '../../../transport-failure.ts';

export interface JsonAnswer {
  readonly status: number;
  readonly body: Buffer;
}

export interface JsonRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** For the whole exchange. */
  readonly timeoutMs: number;
}

/**
 * Posts and reads the whole answer. Redirects are not followed.
 * @throws TransportFailure when no whole answer came. @throws the signal's reason when it is aborted.
 */
export type PostJson = (request: JsonRequest, signal: AbortSignal) => Promise<JsonAnswer>;

/** Not by fetch: that one gives up on a server which is silent for five minutes, and a model may think for longer. */
export const postJson: PostJson = async ({ url, headers, body, timeoutMs }, signal) => {
  signal.throwIfAborted();
  const deadline = AbortSignal.timeout(timeoutMs);
  let status: number | undefined;
  try {
    const { request } = url.startsWith('https:') ? https : http;
    const response = await new Promise<http.IncomingMessage>((resolve, reject) => {
      const sent = request(url, {
        method: 'POST',
        headers: { ...headers, 'content-length': Buffer.byteLength(body) },
        signal: AbortSignal.any([signal, deadline]),
        agent: false,
      });
      sent.once('response', resolve);
      // Stays: a request that is given up while the answer is read reports that here as well.
      sent.on('error', reject);
      sent.end(body);
    });
    status = response.statusCode ?? 0;
    return { status, body: await buffer(response) };
  } catch (thrown) {
    signal.throwIfAborted();
    if (deadline.aborted)
      throw new TransportFailure('deadline_exceeded', `no whole answer within ${timeoutMs / 1_000} s`);
    throw status === undefined ? failureBeforeHeaders(thrown) : failureInBody(thrown, status);
  }
};
