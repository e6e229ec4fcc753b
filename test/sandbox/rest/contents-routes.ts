import type { components } from '@octokit/openapi-types';
import { z } from 'zod';
import type { Actions } from '../actions/actions.ts';
import { refusedFor } from '../actions/permissions.ts';
import type { Commit } from '../actions/repository-files.ts';
import { blobSha } from '../actions/repository-files.ts';
import type { SandboxRepository } from '../history/repository.ts';
import type { RestCall, RestResult, RestRoute } from './routes.ts';
import { REST_NOT_FOUND, repositoryRoute, restMessage } from './routes.ts';

type ContentFile = components['schemas']['content-file'];

const writeBody = z.object({
  message: z.string(),
  content: z.base64(),
  sha: z.string().optional(),
  branch: z.string().optional(),
});

function entry(call: RestCall, repository: SandboxRepository, ref: string, path: string, content: Buffer) {
  const self = `${call.baseUrl}/repos/${repository.nameWithOwner}/contents/${path}?ref=${ref}`;
  const sha = blobSha(content);
  const git = `${call.baseUrl}/repos/${repository.nameWithOwner}/git/blobs/${sha}`;
  const html = `${repository.url}/blob/${ref}/${path}`;
  return {
    name: path.slice(path.lastIndexOf('/') + 1),
    path,
    sha,
    size: content.length,
    url: self,
    html_url: html,
    git_url: git,
    download_url: null,
    type: 'file' as const,
    _links: { self, git, html },
  };
}

function read(actions: Actions, call: RestCall, repository: SandboxRepository): RestResult {
  const { files } = actions.of(repository);
  const ref = call.query.get('ref') || files.defaultBranch;
  const commit = files.at(ref);
  if (!commit) return restMessage(404, `No commit found for the ref ${ref}`);
  const path = (call.params['path'] ?? '').replace(/\/$/, '');
  const content = commit.files.get(path);
  if (content) {
    // GitHub breaks base64 into lines of 60 characters.
    const base64 = content.toString('base64').replace(/.{60}/g, '$&\n');
    const body: ContentFile = {
      ...entry(call, repository, ref, path, content),
      encoding: 'base64',
      content: base64.endsWith('\n') ? base64 : `${base64}\n`,
    };
    return { status: 200, body };
  }
  return listing(call, repository, commit, ref, path);
}

function listing(call: RestCall, repository: SandboxRepository, commit: Commit, ref: string, path: string): RestResult {
  const prefix = path === '' ? '' : `${path}/`;
  const rows = new Map<string, unknown>();
  for (const [each, content] of commit.files) {
    if (!each.startsWith(prefix)) continue;
    const [name = '', deeper] = each.slice(prefix.length).split('/');
    const own = `${prefix}${name}`;
    const row = entry(call, repository, ref, own, deeper === undefined ? content : Buffer.alloc(0));
    rows.set(own, deeper === undefined ? row : { ...row, type: 'dir' });
  }
  return rows.size > 0 ? { status: 200, body: [...rows.values()], rows: rows.size } : REST_NOT_FOUND;
}

function write(actions: Actions, call: RestCall, repository: SandboxRepository): RestResult {
  const path = call.params['path'] ?? '';
  const refused =
    refusedFor(call, repository, 'contents', 'write') ??
    (path.startsWith('.github/workflows/') ? refusedFor(call, repository, 'workflows', 'write') : null);
  if (refused) return refused;
  const parsed = writeBody.safeParse(call.body);
  if (!parsed.success) return restMessage(422, `Invalid request.\n\n${z.prettifyError(parsed.error)}`);
  const { files } = actions.of(repository);
  const { content, sha, branch = files.defaultBranch } = parsed.data;
  const before = files.at(branch);
  if (!before) return restMessage(404, `Branch ${branch} not found`);
  const present = before.files.get(path);
  if (present && sha === undefined) return restMessage(422, 'Invalid request.\n\n"sha" wasn\'t supplied.');
  if (sha !== undefined && sha !== (present && blobSha(present)))
    return restMessage(409, `${path} does not match ${sha}`);
  const bytes = Buffer.from(content, 'base64');
  const commit = files.commit(branch, new Map([[path, bytes]]));
  return {
    status: present ? 200 : 201,
    body: {
      content: entry(call, repository, branch, path, bytes),
      commit: { sha: commit.sha, message: parsed.data.message },
    },
  };
}

function branch(actions: Actions, call: RestCall, repository: SandboxRepository): RestResult {
  const name = call.params['branch'] ?? '';
  const { files } = actions.of(repository);
  const commit = files.branches.includes(name) ? files.at(name) : null;
  if (!commit) return restMessage(404, 'Branch not found');
  return { status: 200, body: { name, commit: { sha: commit.sha }, protected: false } };
}

/** A repository's files: reading a file or folder at a ref, writing one file, naming a branch. */
export function contentsRoutes(actions: Actions): readonly RestRoute[] {
  const kind = 'contents' as const;
  const guarded = (call: RestCall, repository: SandboxRepository) =>
    refusedFor(call, repository, 'contents', 'read') ?? read(actions, call, repository);
  return [
    ...repositoryRoute({ method: 'GET', path: '/contents', kind, answer: guarded }),
    ...repositoryRoute({ method: 'GET', path: '/contents/{path*}', kind, answer: guarded }),
    ...repositoryRoute({
      method: 'PUT',
      path: '/contents/{path*}',
      kind,
      answer: (call, repository) => write(actions, call, repository),
    }),
    ...repositoryRoute({
      method: 'GET',
      path: '/branches/{branch*}',
      kind,
      answer: (call, repository) => branch(actions, call, repository),
    }),
  ];
}
