import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { LocalAction } from './local-action.ts';

const LOCKS = ['package-lock.json', 'npm-shrinkwrap.json', 'yarn.lock'];

/** actions/setup-node: whatever version is asked for, the Node that runs the sandbox is what jobs get. */
export const setupNode: LocalAction = {
  inputs: {
    'node-version': '',
    'node-version-file': '',
    architecture: '',
    'check-latest': 'false',
    'registry-url': '',
    scope: '',
    token: '',
    cache: '',
    'package-manager-cache': 'true',
    'cache-dependency-path': '',
    mirror: '',
    'mirror-token': '',
    'always-auth': 'false',
  },
  run: async ({ frame, inputs, log }) => {
    const { place } = frame;
    if (inputs['cache'] && !LOCKS.some((lock) => existsSync(join(place.workspace, lock)))) {
      throw new Error(
        `Dependencies lock file is not found in ${place.workspace}. Supported file patterns: ${LOCKS.join(',')}`,
      );
    }
    const asked = inputs['node-version'] || inputs['node-version-file'] || 'none';
    log(`node: ${process.version} (the sandbox has this one; asked for: ${asked})`);
    place.path.splice(1, 0, dirname(process.execPath));
    return { 'node-version': process.version, 'cache-hit': 'false' };
  },
};
