import type { Apps } from '../apps.ts';
import { jsonReply, messageReply, notFound, type Reply } from '../reply.ts';

const INSTALLATIONS = '/app/installations';
const ACCESS_TOKENS = /^\/app\/installations\/(\d+)\/access_tokens$/;

/**
 * What GitHub answers to a GitHub App that speaks for itself, with a JSON web token; null for a path that is not its
 * own. Such requests have no token and spend no budget.
 */
export function appReply(apps: Apps, method: string, path: string, authorization: string | undefined): Reply | null {
  const installation = ACCESS_TOKENS.exec(path)?.[1];
  const lists = method === 'GET' && path === INSTALLATIONS;
  if (!lists && !(method === 'POST' && installation !== undefined)) return null;
  const app = apps.authenticate(authorization);
  if (!app) return messageReply(401, 'A JSON web token could not be decoded');
  if (lists) return jsonReply(200, [{ id: app.installationId, repository_selection: 'all' }]);
  if (installation !== String(app.installationId)) return notFound();
  return jsonReply(201, apps.mint(app));
}
