import { OperatorError } from '../errors.ts';
import { EXIT } from '../exit-codes.ts';

type Headers = Readonly<Record<string, string>>;

const SCOPE_STEP =
  'Give the token access: scope "repo" (classic), or "Pull requests: read" and "Contents: read" on the repository (fine-grained).';

/** HTTP 401: the token is wrong, expired or revoked. Exit 4. */
export function tokenRejected(message: string): OperatorError {
  return new OperatorError(
    `GitHub does not accept the token: ${message || 'Unauthorized'}. It may have expired or been revoked.`,
    {
      code: 'token_rejected',
      exitCode: EXIT.auth,
      nextSteps: [
        'Create a new token at https://github.com/settings/tokens (or /settings/tokens of your GitHub Enterprise Server) and set GITHUB_TOKEN, or run: gh auth refresh',
        'Check it with: capture-cli doctor',
      ],
    },
  );
}

/** The token is good, but not for this. Says what is missing where GitHub tells. Exit 4. */
export function permissionDenied(message: string, headers: Headers): OperatorError {
  const sso = headers['x-github-sso'];
  if (sso?.startsWith('required') || /SAML/i.test(message)) return singleSignOnRequired(message, sso);
  const permissions = headers['x-accepted-github-permissions'];
  const scopes = headers['x-accepted-oauth-scopes'];
  const held = headers['x-oauth-scopes'];
  const missing: string[] = [];
  if (permissions) missing.push(`The token needs one of these permissions: ${permissions}.`);
  if (scopes)
    missing.push(
      `The token needs one of these scopes: ${scopes}${held === undefined ? '' : `; it has: ${held || 'none'}`}.`,
    );
  return new OperatorError(`GitHub refuses this to the token: ${message || 'Forbidden'}.`, {
    code: 'permission_denied',
    exitCode: EXIT.auth,
    nextSteps: missing.length > 0 ? missing : [SCOPE_STEP],
  });
}

function singleSignOnRequired(message: string, sso: string | undefined): OperatorError {
  const url = /url=(https:\/\/[^\s;,]+)/.exec(sso ?? '')?.[1];
  return new OperatorError(
    `The organization requires single sign-on for this token: ${message || 'SAML enforcement'}.`,
    {
      code: 'sso_required',
      exitCode: EXIT.auth,
      nextSteps: [
        url
          ? `Authorize the token for the organization: ${url}`
          : 'Authorize the token for the organization at https://github.com/settings/tokens (Configure SSO).',
      ],
    },
  );
}

/** The repository is not there, or not for this token; GitHub does not tell which. Exit 2. */
export function repositoryNotFound(name: string): OperatorError {
  return new OperatorError(
    `GitHub knows no repository ${name}. It does not exist, or it is private and this token may not see it: both look the same.`,
    {
      code: 'repository_not_found',
      exitCode: EXIT.usage,
      nextSteps: ['Check the spelling of OWNER/REPO.', SCOPE_STEP],
    },
  );
}

/** A REST resource is not there, or not for this token. Exit 2. */
export function resourceNotFound(route: string): OperatorError {
  return new OperatorError(
    `GitHub has nothing at ${route}. It does not exist, or this token may not see it: both look the same.`,
    { code: 'not_found', exitCode: EXIT.usage, nextSteps: ['Check the names in the command.', SCOPE_STEP] },
  );
}

/** The GraphQL address answers 404: it is not a GraphQL endpoint. Exit 2. */
export function endpointNotFound(url: string): OperatorError {
  return new OperatorError(`There is no GraphQL endpoint at ${url} (HTTP 404).`, {
    code: 'graphql_endpoint_not_found',
    exitCode: EXIT.usage,
    nextSteps: [
      'Check GITHUB_GRAPHQL_URL: https://api.github.com/graphql, or https://HOST/api/graphql on GitHub Enterprise Server.',
    ],
  });
}

/** Any other answer that asking again does not change, e.g. 410, 422, 451. Exit 1. */
export function requestRejected(route: string, status: number, message: string): OperatorError {
  return new OperatorError(`GitHub rejects ${route} with HTTP ${status}${message ? `: ${message}` : ''}.`, {
    code: 'github_rejected',
    nextSteps: status === 451 ? ['The repository is blocked for legal reasons: nothing can be captured.'] : [],
  });
}

/** No connection to GitHub, after retries. Exit 1. */
export function githubUnreachable(url: string, reason: string, tries: number): OperatorError {
  const certificate = /certificate|self.signed|CERT_/i.test(reason);
  return new OperatorError(
    `Cannot reach GitHub at ${URL.parse(url)?.origin ?? url}${tries > 1 ? ` (${tries} tries)` : ''}: ${reason}.`,
    {
      code: 'github_unreachable',
      nextSteps: [
        certificate
          ? "Trust the proxy's certificate: set NODE_EXTRA_CA_CERTS to its PEM file."
          : 'Check the network, a proxy, GITHUB_API_URL and https://www.githubstatus.com',
        'Run the same command again: progress is kept.',
      ],
    },
  );
}
