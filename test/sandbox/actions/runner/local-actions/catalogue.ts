import { downloadArtifact, uploadArtifact } from './artifact.ts';
import { cache, cacheRestore, cacheSave } from './cache.ts';
import { checkout } from './checkout.ts';
import { createAppToken } from './create-app-token.ts';
import type { LocalAction } from './local-action.ts';
import { setupNode } from './setup-node.ts';

const ACTIONS: Readonly<Record<string, LocalAction>> = {
  'actions/cache': cache,
  'actions/cache/restore': cacheRestore,
  'actions/cache/save': cacheSave,
  'actions/checkout': checkout,
  'actions/create-github-app-token': createAppToken,
  'actions/download-artifact': downloadArtifact,
  'actions/setup-node': setupNode,
  'actions/upload-artifact': uploadArtifact,
};

/**
 * What stands for an action, by its `uses`. Which version is asked for makes no difference.
 * @throws Error that names what there is, for any other action.
 */
export function localAction(uses: string): LocalAction {
  const [name = '', version] = uses.split('@');
  const found = ACTIONS[name.toLowerCase()];
  if (found && version) return found;
  throw new Error(
    `Unable to resolve action \`${uses}\`: the sandbox has local equivalents of ${Object.keys(ACTIONS).join(', ')}`,
  );
}
