import type { GitHubClient } from '../../github/client.ts';
import type { RepositoryName } from '../../github/repository/repository-name.ts';

export interface LogCapabilities {
  readonly github: GitHubClient;
  /** For the storage that GitHub sends us to: it gets no token. */
  readonly fetch: typeof globalThis.fetch;
  readonly signal: AbortSignal;
}

/** Nothing came for this long: the download is given up. In real milliseconds. */
const IDLE_MS = 30_000;

/** The bytes of a log; or that there is none, or none yet, or none any more. */
export type OpenedLog = AsyncIterable<Uint8Array> | 'missing' | 'deleted';

/**
 * The log of a job that has ended, as it arrives. The API answers 404 where there is none and where there is none yet,
 * 410 when it has been deleted. Memory does not grow with the log.
 *
 * @throws as `GitHubClient.rest`; reading throws `LogCut` when the download ends early
 */
export async function openJobLog(
  { github, fetch, signal }: LogCapabilities,
  { owner, name }: RepositoryName,
  jobId: string,
): Promise<OpenedLog> {
  const answer = await github.rest<unknown>({
    route: 'GET /repos/{owner}/{repo}/actions/jobs/{job_id}/logs',
    parameters: { owner, repo: name, job_id: jobId },
    redirect: 'manual',
    answers: [302, 307, 404, 410],
    signal,
  });
  if (answer.status === 410) return 'deleted';
  if (answer.status === 404) return 'missing';
  const { location } = answer.headers;
  if (answer.status === 200 || location === undefined) return wholeText(answer.data);
  return await download(fetch, location, signal);
}

/** The download of a log ended before the log did. */
export class LogCut extends Error {
  constructor(cause: unknown) {
    super('the download of the log ended early', { cause });
    this.name = 'LogCut';
  }
}

async function* wholeText(data: unknown): AsyncGenerator<Uint8Array> {
  if (typeof data === 'string') yield Buffer.from(data);
  else if (data instanceof Uint8Array) yield data;
}

async function download(fetch: typeof globalThis.fetch, url: string, signal: AbortSignal): Promise<OpenedLog> {
  const idle = new AbortController();
  const timer = setTimeout(() => idle.abort(), IDLE_MS);
  try {
    const response = await fetch(url, { signal: AbortSignal.any([signal, idle.signal]) });
    if (response.ok && response.body) return body(response.body, timer, signal);
    await response.body?.cancel();
    clearTimeout(timer);
    // The link lives for a minute, and the storage may lag behind: asking again gives a new one.
    return 'missing';
  } catch (thrown) {
    clearTimeout(timer);
    signal.throwIfAborted();
    throw new LogCut(thrown);
  }
}

async function* body(
  stream: ReadableStream<Uint8Array>,
  timer: NodeJS.Timeout,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of stream) {
      timer.refresh();
      yield chunk;
    }
  } catch (thrown) {
    signal.throwIfAborted();
    throw new LogCut(thrown);
  } finally {
    clearTimeout(timer);
  }
}
