import type { PermissionLevel } from '../../tokens.ts';
import type { Permissions } from '../workflow/document.ts';

/** What a GITHUB_TOKEN can be given. Writing workflow files is not among it. */
const NAMES = [
  'actions',
  'attestations',
  'checks',
  'contents',
  'deployments',
  'discussions',
  'id-token',
  'issues',
  'models',
  'packages',
  'pages',
  'pull-requests',
  'security-events',
  'statuses',
] as const;

export type GrantedPermissions = Readonly<Record<string, PermissionLevel>>;
const RANK: Readonly<Record<PermissionLevel, number>> = { none: 0, read: 1, write: 2 };

function all(level: PermissionLevel): GrantedPermissions {
  return Object.fromEntries(NAMES.map((name) => [name, level]));
}

/**
 * What the token of a job may do: as the job says, else the workflow, else the repository's default. Naming one
 * permission sets every other to none. A called workflow never gets more than `most`, what its caller has.
 */
export function grantedPermissions(
  job: Permissions | undefined,
  workflow: Permissions | undefined,
  fallback: 'read' | 'write',
  most?: GrantedPermissions,
): GrantedPermissions {
  const said = job ?? workflow;
  const granted =
    said === undefined
      ? fallback === 'write'
        ? all('write')
        : { contents: 'read' as const, packages: 'read' as const }
      : said === 'read-all'
        ? all('read')
        : said === 'write-all'
          ? all('write')
          : said;
  if (!most) return granted;
  return Object.fromEntries(
    Object.entries(granted).map(([name, level]) => {
      const limit = most[name] ?? 'none';
      return [name, RANK[level] <= RANK[limit] ? level : limit];
    }),
  );
}
