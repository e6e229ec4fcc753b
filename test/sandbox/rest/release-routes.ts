import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { LogLinks } from '../actions/log-links.ts';
import { refusedFor } from '../actions/permissions.ts';
import { isoSeconds } from '../history/records.ts';
import type { SandboxRepository } from '../history/repository.ts';
import type { PublishedReleases, StoredAsset, StoredRelease } from '../releases.ts';
import { pagedResult, pageRequest } from './pages.ts';
import type { RestCall, RestResult, RestRoute } from './routes.ts';
import { REST_NOT_FOUND, repositoryRoute, restMessage } from './routes.ts';

const newRelease = z.object({ tag_name: z.string().min(1), name: z.string().optional() });
const newName = z.object({ name: z.string().min(1) });

function assetRow({ baseUrl }: RestCall, repository: SandboxRepository, asset: StoredAsset) {
  const { id, name, complete, content } = asset;
  const createdAt = isoSeconds(Math.floor(asset.createdAt / 1000));
  return {
    id,
    node_id: `RA_${id}`,
    name,
    label: '',
    state: complete ? 'uploaded' : 'starter',
    content_type: 'application/octet-stream',
    size: content.length,
    digest: complete ? `sha256:${createHash('sha256').update(content).digest('hex')}` : null,
    download_count: asset.downloads,
    created_at: createdAt,
    updated_at: createdAt,
    url: `${baseUrl}/repos/${repository.nameWithOwner}/releases/assets/${id}`,
    browser_download_url: `${baseUrl}/${repository.nameWithOwner}/releases/download/${encodeURIComponent(name)}`,
  };
}

function releaseRow(call: RestCall, repository: SandboxRepository, { id, tag, createdAt, assets }: StoredRelease) {
  const path = `repos/${repository.nameWithOwner}/releases/${id}`;
  const created = isoSeconds(Math.floor(createdAt / 1000));
  return {
    id,
    node_id: `RE_${id}`,
    tag_name: tag,
    name: tag,
    draft: false,
    prerelease: false,
    created_at: created,
    published_at: created,
    url: `${call.baseUrl}/${path}`,
    html_url: `${call.baseUrl}/${repository.nameWithOwner}/releases/tag/${tag}`,
    // On GitHub another host: uploads.github.com.
    upload_url: `${call.baseUrl}/uploads/${path}/assets{?name,label}`,
    assets: assets.map((asset) => assetRow(call, repository, asset)),
  };
}

/** GitHub's 422 for a name or a tag that is in use. */
function alreadyExists(resource: 'Release' | 'ReleaseAsset', field: string): RestResult {
  return {
    status: 422,
    body: { message: 'Validation Failed', errors: [{ resource, code: 'already_exists', field }], status: '422' },
  };
}

/** Releases and their assets; `links` is the storage behind downloads. */
export function releaseRoutes(releases: PublishedReleases, links: LogLinks): readonly RestRoute[] {
  const byId = (call: RestCall, repository: SandboxRepository) =>
    releases.find(repository, ({ id }) => String(id) === call.params['release']);
  const readable = (call: RestCall, repository: SandboxRepository) => refusedFor(call, repository, 'contents', 'read');
  const writable = (call: RestCall, repository: SandboxRepository) => refusedFor(call, repository, 'contents', 'write');
  const assetOf = (call: RestCall, repository: SandboxRepository) =>
    releases.findAsset(repository, Number(call.params['asset']));

  const upload = (call: RestCall, repository: SandboxRepository): RestResult => {
    const name = call.query.get('name') ?? '';
    const fails = releases.onWrite?.({ kind: 'upload', asset: name }) === 'fail';
    const release = byId(call, repository);
    if (!release) return REST_NOT_FOUND;
    if (release.assets.some((asset) => asset.name === name)) return alreadyExists('ReleaseAsset', 'name');
    const asset = releases.attach(release, name, fails ? Buffer.alloc(0) : call.bytes, !fails);
    return fails ? restMessage(502, 'Bad Gateway') : { status: 201, body: assetRow(call, repository, asset) };
  };

  const rename = (call: RestCall, repository: SandboxRepository): RestResult => {
    const before = assetOf(call, repository);
    const fails = before && releases.onWrite?.({ kind: 'rename', asset: before.asset.name }) === 'fail';
    const found = assetOf(call, repository);
    const parsed = newName.safeParse(call.body);
    if (!found) return REST_NOT_FOUND;
    if (fails) return restMessage(502, 'Bad Gateway');
    if (!parsed.success) return restMessage(422, 'Validation Failed');
    const { name } = parsed.data;
    if (found.release.assets.some((asset) => asset.name === name)) return alreadyExists('ReleaseAsset', 'name');
    found.asset.name = name;
    return { status: 200, body: assetRow(call, repository, found.asset) };
  };

  const remove = (call: RestCall, repository: SandboxRepository): RestResult => {
    const before = assetOf(call, repository);
    const fails = before && releases.onWrite?.({ kind: 'delete', asset: before.asset.name }) === 'fail';
    const found = assetOf(call, repository);
    if (!found) return REST_NOT_FOUND;
    if (fails) return restMessage(502, 'Bad Gateway');
    found.release.assets = found.release.assets.filter((asset) => asset !== found.asset);
    return { status: 204 };
  };

  const route = (
    method: string,
    path: string,
    kind: 'release' | 'asset',
    refused: typeof readable,
    answer: (call: RestCall, repository: SandboxRepository) => RestResult,
  ): readonly RestRoute[] =>
    repositoryRoute({
      method,
      path,
      kind,
      answer: (call, repository) => refused(call, repository) ?? answer(call, repository),
    });

  return [
    ...route('GET', '/releases', 'release', readable, (call, repository) => {
      const all = releases.of(repository).toReversed();
      return pagedResult(call, `/repositories/${repository.databaseId}/releases`, all.length, (from, to) =>
        all.slice(from, to).map((release) => releaseRow(call, repository, release)),
      );
    }),
    ...route('GET', '/releases/tags/{tag}', 'release', readable, (call, repository) => {
      const release = releases.find(repository, ({ tag }) => tag === call.params['tag']);
      return release ? { status: 200, body: releaseRow(call, repository, release) } : REST_NOT_FOUND;
    }),
    ...route('POST', '/releases', 'release', writable, (call, repository) => {
      const parsed = newRelease.safeParse(call.body);
      if (!parsed.success) return restMessage(422, 'Validation Failed');
      const { tag_name: tag } = parsed.data;
      if (releases.find(repository, (release) => release.tag === tag)) return alreadyExists('Release', 'tag_name');
      return { status: 201, body: releaseRow(call, repository, releases.publish(repository, tag)) };
    }),
    ...route('GET', '/releases/{release}/assets', 'release', readable, (call, repository) => {
      const release = byId(call, repository);
      if (!release) return REST_NOT_FOUND;
      const { page, perPage } = pageRequest(call.query);
      const rows = release.assets.slice((page - 1) * perPage, page * perPage);
      return { status: 200, rows: rows.length, body: rows.map((asset) => assetRow(call, repository, asset)) };
    }),
    ...route('GET', '/releases/assets/{asset}', 'asset', readable, (call, repository) => {
      const found = assetOf(call, repository);
      if (!found?.asset.complete) return REST_NOT_FOUND;
      if (!call.accept.includes('application/octet-stream')) {
        return { status: 200, body: assetRow(call, repository, found.asset) };
      }
      return { status: 302, headers: { location: links.create(() => found.asset.content) } };
    }),
    ...route('PATCH', '/releases/assets/{asset}', 'asset', writable, rename),
    ...route('DELETE', '/releases/assets/{asset}', 'asset', writable, remove),
    ...repositoryRoute({
      method: 'POST',
      path: '/releases/{release}/assets',
      kind: 'upload',
      answer: (call, repository) => writable(call, repository) ?? upload(call, repository),
    }).map((each) => ({ ...each, path: `/uploads${each.path}` })),
  ];
}
