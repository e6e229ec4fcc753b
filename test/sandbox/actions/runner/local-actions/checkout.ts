import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { HostedRepository } from '../../hosted-repository.ts';
import { writeCheckedOutHistory } from '../checked-out-history.ts';
import type { ActionCall, LocalAction } from './local-action.ts';

function source(call: ActionCall): HostedRepository {
  const { repository } = call.inputs;
  const { hosted, house } = call.frame;
  if (!repository || repository.toLowerCase() === hosted.repository.nameWithOwner.toLowerCase()) return hosted;
  const other = house.repository(repository);
  if (!other) throw new Error(`Not Found: the sandbox has no repository ${repository}`);
  return other;
}

/** actions/checkout: writes the files of a commit to the workspace. */
export const checkout: LocalAction = {
  inputs: {
    repository: '',
    ref: '',
    token: '',
    path: '',
    'persist-credentials': 'true',
    'fetch-depth': '1',
    'fetch-tags': 'false',
    'show-progress': 'true',
    'sparse-checkout': '',
    'sparse-checkout-cone-mode': 'true',
    clean: 'true',
    lfs: 'false',
    submodules: 'false',
    filter: '',
    'set-safe-directory': 'true',
    'allow-unsafe-pr-checkout': 'false',
  },
  run: async (call) => {
    const { frame, inputs } = call;
    const from = source(call);
    const github = frame.contexts['github'] as { readonly sha: string };
    const ref = inputs['ref'] || (from === frame.hosted ? github.sha : from.files.defaultBranch);
    const commit = from.files.at(ref);
    if (!commit) throw new Error(`A branch or tag with the name '${ref}' could not be found`);
    const folder = join(frame.place.workspace, inputs['path'] ?? '');
    if (!join(folder, '/').startsWith(join(frame.place.workspace, '/')))
      throw new Error(`Repository path '${folder}' is not under '${frame.place.workspace}'`);
    await mkdir(folder, { recursive: true });
    for (const [path, content] of commit.files) {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), content);
    }
    if (inputs['fetch-depth'] === '0') await writeCheckedOutHistory(folder, from.files, commit);
    call.log(`Syncing repository: ${from.repository.nameWithOwner}`);
    call.log(`HEAD is now at ${commit.sha.slice(0, 7)}`);
    return { ref, commit: commit.sha };
  },
};
