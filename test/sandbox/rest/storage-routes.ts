import type { components } from '@octokit/openapi-types';
import type { Actions } from '../actions/actions.ts';
import type { Artifact } from '../actions/artifacts.ts';
import type { CacheEntry } from '../actions/caches.ts';
import { refusedFor } from '../actions/permissions.ts';
import { isoSeconds } from '../history/records.ts';
import type { SandboxRepository } from '../history/repository.ts';
import { pageRequest } from './pages.ts';
import type { RestCall, RestResult, RestRoute } from './routes.ts';
import { repositoryRoute, restMessage } from './routes.ts';
import { runRoute } from './run-routes.ts';

type CacheRow = components['schemas']['actions-cache-list']['actions_caches'][number];
/** docs.github.com: "artifacts and log files ... are retained for 90 days". */
const RETENTION_SECONDS = 90 * 86_400;
const seconds = (ms: number): number => Math.floor(ms / 1000);

function cacheRow(entry: CacheEntry): CacheRow {
  return {
    id: entry.id,
    ref: entry.ref,
    key: entry.key,
    version: entry.version,
    last_accessed_at: isoSeconds(seconds(entry.lastAccessedAt)),
    created_at: isoSeconds(seconds(entry.createdAt)),
    size_in_bytes: entry.bytes,
  };
}

function artifactRow(
  call: RestCall,
  repository: SandboxRepository,
  artifact: Artifact,
): components['schemas']['artifact'] {
  const url = `${call.baseUrl}/repos/${repository.nameWithOwner}/actions/artifacts/${artifact.id}`;
  const createdAt = isoSeconds(seconds(artifact.createdAt));
  return {
    id: artifact.id,
    node_id: `A_${artifact.id}`,
    name: artifact.name,
    size_in_bytes: artifact.bytes,
    url,
    archive_download_url: `${url}/zip`,
    expired: false,
    created_at: createdAt,
    updated_at: createdAt,
    expires_at: isoSeconds(seconds(artifact.createdAt) + RETENTION_SECONDS),
    workflow_run: { id: artifact.runId, repository_id: repository.databaseId },
  };
}

function page<Row>(call: RestCall, name: string, all: readonly Row[], row: (each: Row) => unknown): RestResult {
  const { page: number, perPage } = pageRequest(call.query);
  const rows = all.slice((number - 1) * perPage, number * perPage);
  return { status: 200, rows: rows.length, body: { total_count: all.length, [name]: rows.map(row) } };
}

/** A listing of `ref` and of the keys that begin with `key`, as GitHub's. */
function wantedCaches(actions: Actions, call: RestCall, repository: SandboxRepository): readonly CacheEntry[] {
  const ref = call.query.get('ref');
  const key = call.query.get('key') ?? '';
  const all = actions.of(repository).caches.list(actions.now());
  return all.filter((each) => each.key.startsWith(key) && (ref === null || each.ref === ref));
}

/** Caches and artifacts: listed; caches deleted by key. Archives of caches cannot be downloaded, as on GitHub. */
export function storageRoutes(actions: Actions): readonly RestRoute[] {
  return [
    ...repositoryRoute({
      method: 'GET',
      path: '/actions/caches',
      answer: (call, repository) =>
        refusedFor(call, repository, 'actions', 'read') ??
        page(call, 'actions_caches', wantedCaches(actions, call, repository), cacheRow),
    }),
    ...repositoryRoute({
      method: 'DELETE',
      path: '/actions/caches',
      answer: (call, repository) => {
        const refused = refusedFor(call, repository, 'actions', 'write');
        if (refused) return refused;
        const key = call.query.get('key');
        const meant = wantedCaches(actions, call, repository).filter((each) => each.key === key);
        if (meant.length === 0) return restMessage(404, 'Not Found');
        actions.of(repository).caches.evict((each) => meant.includes(each));
        return page(call, 'actions_caches', meant, cacheRow);
      },
    }),
    ...runRoute(actions, 'GET', '/artifacts', 'rest', (call, { hosted, run }) =>
      page(call, 'artifacts', hosted.artifacts.ofRun(run.id), (each) => artifactRow(call, hosted.repository, each)),
    ),
    ...repositoryRoute({
      method: 'GET',
      path: '/actions/artifacts',
      answer: (call, repository) =>
        refusedFor(call, repository, 'actions', 'read') ??
        page(call, 'artifacts', actions.of(repository).artifacts.all(), (each) => artifactRow(call, repository, each)),
    }),
  ];
}
