import { createPrivateKey, randomBytes } from 'node:crypto';
import type { LocalAction } from './local-action.ts';
import { lines } from './local-action.ts';

/** docs.github.com: "The installation access token will expire after 1 hour." */
const TOKEN_MS = 3_600_000;
const PERMISSION = 'permission-';

/** actions/create-github-app-token: a token of the App's installation, for an hour. */
export const createAppToken: LocalAction = {
  inputs: {
    'app-id': '',
    'client-id': '',
    'private-key': '',
    owner: '',
    repositories: '',
    'skip-token-revoke': 'false',
    'github-api-url': '',
  },
  inputPrefix: PERMISSION,
  run: async ({ frame, inputs, log, state }) => {
    const app = inputs['client-id'] || inputs['app-id'];
    if (!app) throw new Error("The 'client-id' (or deprecated 'app-id') input must be set to a non-empty string.");
    createPrivateKey((inputs['private-key'] ?? '').replaceAll('\\n', '\n'));
    const { hosted, house, job } = frame;
    const owner = inputs['owner'] || hosted.repository.owner;
    const names = lines((inputs['repositories'] ?? '').replaceAll(',', '\n'));
    const isWholeOwner = inputs['owner'] !== '' && names.length === 0;
    const repositories = names.length > 0 ? names.map((name) => `${owner}/${name}`) : [hosted.repository.nameWithOwner];
    const granted = Object.entries(inputs).flatMap(([name, level]) =>
      name.startsWith(PERMISSION) && (level === 'read' || level === 'write')
        ? [[name.slice(PERMISSION.length), level] as const]
        : [],
    );
    const token = `ghs_${randomBytes(18).toString('hex')}`;
    job.log.mask(token);
    house.tokens.configure(token, {
      login: 'sandbox-app[bot]',
      expiresAt: house.clock.now() + TOKEN_MS,
      ...(isWholeOwner ? {} : { repositories }),
      ...(granted.length > 0 ? { permissions: Object.fromEntries(granted) } : {}),
    });
    state['token'] = token;
    log(`Created a token of the App ${app} for ${isWholeOwner ? owner : repositories.join(', ')}`);
    return { token, 'installation-id': '1', 'app-slug': 'sandbox-app' };
  },
  post: async ({ frame, inputs, state }) => {
    if (inputs['skip-token-revoke'] !== 'true' && state['token']) frame.house.tokens.expire(state['token']);
  },
};
