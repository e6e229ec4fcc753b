import { z } from 'zod';
import type { Actions } from '../actions/actions.ts';
import { refusedFor } from '../actions/permissions.ts';
import type { SandboxRepository } from '../history/repository.ts';
import type { RestCall, RestResult, RestRoute } from './routes.ts';
import { REST_NOT_FOUND, repositoryRoute, restMessage } from './routes.ts';

const newTree = z.object({
  base_tree: z.string(),
  tree: z.array(
    z.object({ path: z.string(), mode: z.literal('100644'), type: z.literal('blob'), content: z.string() }),
  ),
});
const newCommit = z.object({ message: z.string(), tree: z.string(), parents: z.tuple([z.string()]) });
const newHead = z.object({ sha: z.string(), force: z.boolean() });
const newRef = z.object({ ref: z.string().startsWith('refs/heads/'), sha: z.string() });

/** Git's objects of a repository: heads of branches, trees and commits. A tree goes by the name of the commit that has it. */
export function gitRoutes(actions: Actions): readonly RestRoute[] {
  const route = (
    method: string,
    path: string,
    answer: (call: RestCall, repository: SandboxRepository) => RestResult,
  ): readonly RestRoute[] =>
    repositoryRoute({
      method,
      path: `/git${path}`,
      kind: 'contents',
      answer: (call, repository) =>
        refusedFor(call, repository, 'contents', method === 'GET' ? 'read' : 'write') ?? answer(call, repository),
    });
  return [
    ...route('GET', '/ref/heads/{branch*}', ({ params }, repository) => {
      const { files } = actions.of(repository);
      const branch = params['branch'] ?? '';
      const commit = files.branches.includes(branch) ? files.at(branch) : null;
      return commit ? { status: 200, body: headOf(branch, commit.sha) } : REST_NOT_FOUND;
    }),
    ...route('GET', '/commits/{sha}', ({ params }, repository) => {
      const commit = actions.of(repository).files.at(params['sha'] ?? '');
      if (!commit) return REST_NOT_FOUND;
      const parents = commit.parent === null ? [] : [{ sha: commit.parent }];
      return { status: 200, body: { sha: commit.sha, message: commit.message, tree: { sha: commit.sha }, parents } };
    }),
    ...route('POST', '/trees', ({ body }, repository) => {
      const asked = newTree.safeParse(body);
      if (!asked.success) return invalid(asked.error);
      const { base_tree: base, tree } = asked.data;
      const changes = new Map(tree.map(({ path, content }) => [path, Buffer.from(content)]));
      const made = actions.of(repository).files.commitOn(base, changes, '');
      return made ? { status: 201, body: { sha: made.sha } } : restMessage(404, 'base_tree is not a tree');
    }),
    ...route('POST', '/commits', ({ body }, repository) => {
      const asked = newCommit.safeParse(body);
      if (!asked.success) return invalid(asked.error);
      const { files } = actions.of(repository);
      const tree = files.at(asked.data.tree);
      const [parent] = asked.data.parents;
      const made = tree && files.commitOn(parent, tree.files, asked.data.message);
      return made ? { status: 201, body: { sha: made.sha } } : restMessage(422, 'Tree SHA does not exist');
    }),
    ...route('POST', '/refs', ({ body }, repository) => {
      const asked = newRef.safeParse(body);
      if (!asked.success) return invalid(asked.error);
      const { files } = actions.of(repository);
      const branch = asked.data.ref.replace('refs/heads/', '');
      if (files.branches.includes(branch)) return restMessage(422, 'Reference already exists');
      return files.place(branch, asked.data.sha)
        ? { status: 201, body: headOf(branch, asked.data.sha) }
        : restMessage(422, 'Object does not exist');
    }),
    ...route('PATCH', '/refs/heads/{branch*}', ({ body, params }, repository) => {
      const asked = newHead.safeParse(body);
      if (!asked.success) return invalid(asked.error);
      const branch = params['branch'] ?? '';
      const { files } = actions.of(repository);
      const { sha, force } = asked.data;
      const moved = force && files.branches.includes(branch) ? files.place(branch, sha) : files.advance(branch, sha);
      return moved
        ? { status: 200, body: headOf(branch, asked.data.sha) }
        : restMessage(422, 'Update is not a fast forward');
    }),
  ];
}

function headOf(branch: string, sha: string) {
  return { ref: `refs/heads/${branch}`, object: { type: 'commit', sha } };
}

function invalid(error: z.ZodError): RestResult {
  return restMessage(422, `Invalid request.\n\n${z.prettifyError(error)}`);
}
