import type { GitHubClient, Upload } from '../client.ts';
import { GitHubRefusal } from '../refusals.ts';
import type { RepositoryName } from './repository-name.ts';

export interface Release {
  readonly id: number;
  readonly tag: string;
  /** Where its assets are uploaded to; another host than the API's. */
  readonly uploadUrl: string;
  readonly url: string;
}

export interface ReleaseAsset {
  readonly id: number;
  readonly name: string;
  /** False for what is left of an upload that was cut: it has the name and no content. */
  readonly complete: boolean;
  /** Bytes. */
  readonly size: number;
  /** Lowercase hex, as GitHub computed it; null where it tells none. */
  readonly sha256: string | null;
}

interface WireRelease {
  readonly id: number;
  readonly tag_name: string;
  readonly upload_url: string;
  readonly html_url: string;
}

interface WireAsset {
  readonly id: number;
  readonly name: string;
  readonly state: string;
  readonly size: number;
  readonly digest?: string | null;
}

const PAGE = 100;
/** A hundred megabytes over a slow line. */
const UPLOAD_TIMEOUT_MS = 600_000;
/** Nothing came for this long: the download is given up. In real milliseconds. */
const IDLE_MS = 30_000;

/** The releases of one repository. Every call throws as `GitHubClient.rest` does; without a signal it is not given up. */
export class Releases {
  readonly #github: GitHubClient;
  readonly #repository: RepositoryName;
  readonly #fetch: typeof globalThis.fetch;

  /** @param fetch for the storage that GitHub sends downloads to: it gets no token */
  constructor(github: GitHubClient, repository: RepositoryName, fetch: typeof globalThis.fetch) {
    this.#github = github;
    this.#repository = repository;
    this.#fetch = fetch;
  }

  /** The published release of a tag; undefined where there is none. */
  async find(tag: string, signal: AbortSignal): Promise<Release | undefined> {
    const route = 'GET /repos/{owner}/{repo}/releases/tags/{tag}';
    const parameters = this.#parameters({ tag });
    const answer = await this.#github.rest<WireRelease>({ route, parameters, answers: [404], signal });
    return answer.status === 404 ? undefined : releaseOf(answer.data);
  }

  /** Publishes a release without assets; a tag that does not exist is made of the default branch. */
  async create(tag: string, signal: AbortSignal): Promise<Release> {
    const route = 'POST /repos/{owner}/{repo}/releases';
    const parameters = this.#parameters({ tag_name: tag, name: tag });
    return releaseOf((await this.#github.rest<WireRelease>({ route, parameters, signal })).data);
  }

  async assets({ id }: Release, signal?: AbortSignal): Promise<readonly ReleaseAsset[]> {
    const found: ReleaseAsset[] = [];
    for (let page = 1; ; page += 1) {
      const { data } = await this.#github.rest<readonly WireAsset[]>({
        route: 'GET /repos/{owner}/{repo}/releases/{release_id}/assets',
        parameters: this.#parameters({ release_id: id, per_page: PAGE, page }),
        ...(signal === undefined ? {} : { signal }),
      });
      found.push(...data.map(assetOf));
      if (data.length < PAGE) return found;
    }
  }

  /** @returns false when the release has an asset of that name */
  async upload({ uploadUrl }: Release, name: string, upload: Upload, signal: AbortSignal): Promise<boolean> {
    const { status } = await this.#github.rest<unknown>({
      route: `POST ${uploadUrl}`,
      parameters: { name },
      upload,
      timeoutMs: UPLOAD_TIMEOUT_MS,
      answers: [422],
      signal,
    });
    return status !== 422;
  }

  /** @returns false when the release has another asset of that name, perhaps one that was deleted a moment ago */
  async rename({ id }: ReleaseAsset, name: string): Promise<boolean> {
    const route = 'PATCH /repos/{owner}/{repo}/releases/assets/{asset_id}';
    const parameters = this.#parameters({ asset_id: id, name });
    return (await this.#github.rest<unknown>({ route, parameters, answers: [422] })).status !== 422;
  }

  /** Also when it is gone already. */
  async delete({ id }: ReleaseAsset): Promise<void> {
    const route = 'DELETE /repos/{owner}/{repo}/releases/assets/{asset_id}';
    await this.#github.rest<unknown>({ route, parameters: this.#parameters({ asset_id: id }), answers: [404] });
  }

  /**
   * The content of an asset as it arrives.
   * @throws GitHubRefusal `cut_stream` when it ends early or does not come
   */
  async *download({ id, name }: ReleaseAsset, signal: AbortSignal): AsyncGenerator<Uint8Array> {
    const answer = await this.#github.rest<unknown>({
      route: 'GET /repos/{owner}/{repo}/releases/assets/{asset_id}',
      parameters: this.#parameters({ asset_id: id }),
      accept: 'application/octet-stream',
      redirect: 'manual',
      answers: [302],
      signal,
    });
    const { location } = answer.headers;
    if (answer.status === 302 && location !== undefined) yield* this.#fetched(location, name, signal);
    else if (answer.data instanceof Uint8Array) yield answer.data;
    else if (typeof answer.data === 'string') yield Buffer.from(answer.data);
  }

  async *#fetched(url: string, name: string, signal: AbortSignal): AsyncGenerator<Uint8Array> {
    const idle = new AbortController();
    const timer = setTimeout(() => idle.abort(), IDLE_MS);
    try {
      const response = await this.#fetch(url, { signal: AbortSignal.any([signal, idle.signal]) });
      if (!response.ok || !response.body) {
        await response.body?.cancel();
        throw new GitHubRefusal(
          'cut_stream',
          `the storage answers HTTP ${response.status} for ${name}`,
          response.status,
        );
      }
      for await (const chunk of response.body) {
        timer.refresh();
        yield chunk;
      }
    } catch (thrown) {
      signal.throwIfAborted();
      if (thrown instanceof GitHubRefusal) throw thrown;
      throw new GitHubRefusal('cut_stream', `the download of ${name} ended early`, null, { cause: thrown });
    } finally {
      clearTimeout(timer);
    }
  }

  #parameters(more: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
    return { owner: this.#repository.owner, repo: this.#repository.name, ...more };
  }
}

function releaseOf({ id, tag_name, upload_url, html_url }: WireRelease): Release {
  return { id, tag: tag_name, uploadUrl: upload_url, url: html_url };
}

/** docs.github.com, "Upload a release asset": what is left of a failed upload has the state `starter`. */
function assetOf({ id, name, state, size, digest }: WireAsset): ReleaseAsset {
  const sha256 = /^sha256:([0-9a-f]{64})$/.exec(digest ?? '')?.[1] ?? null;
  return { id, name, complete: state === 'uploaded', size, sha256 };
}
