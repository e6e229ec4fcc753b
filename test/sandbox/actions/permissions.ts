import type { SandboxRepository } from '../history/repository.ts';
import type { RestCall, RestResult } from '../rest/routes.ts';
import { restMessage } from '../rest/routes.ts';

/**
 * Null when the token may; else GitHub's refusal, with the header that names what is missing. Reading what is public
 * needs no permission.
 */
export function refusedFor(
  call: RestCall,
  repository: SandboxRepository,
  permission: string,
  level: 'read' | 'write',
): RestResult | null {
  if (call.token.may(permission, level) || (level === 'read' && !repository.isPrivate)) return null;
  const who = call.token.isInstallation ? 'integration' : 'personal access token';
  return {
    ...restMessage(403, `Resource not accessible by ${who}`),
    headers: { 'x-accepted-github-permissions': `${permission}=${level}` },
  };
}
