import { describe, expect, test } from 'vitest';
import { OperatorError } from '../../../src/lib/errors.ts';
import { clientFor, DOCUMENT, everythingIn, TOKEN, thrownBy } from './client-under-test.ts';
import { json, startScriptedServer } from './scripted-server.ts';

interface Case {
  readonly name: string;
  readonly status: number;
  readonly headers?: Record<string, string>;
  readonly body: object;
  readonly code: string;
  readonly exitCode: number;
  readonly says: RegExp;
}

const noRepository = {
  data: { repository: null },
  errors: [
    {
      type: 'NOT_FOUND',
      path: ['repository'],
      message: "Could not resolve to a Repository with the name 'acme/nothing'.",
    },
  ],
};

const CASES: readonly Case[] = [
  {
    name: 'a bad token',
    status: 401,
    body: { message: 'Bad credentials' },
    code: 'token_rejected',
    exitCode: 4,
    says: /expired or been revoked/,
  },
  {
    name: 'a missing permission',
    status: 403,
    headers: { 'x-accepted-github-permissions': 'pull_requests=read' },
    body: { message: 'Resource not accessible by personal access token' },
    code: 'permission_denied',
    exitCode: 4,
    says: /pull_requests=read/,
  },
  {
    name: 'a missing scope',
    status: 403,
    headers: { 'x-accepted-oauth-scopes': 'repo', 'x-oauth-scopes': '' },
    body: { message: 'Must have admin rights' },
    code: 'permission_denied',
    exitCode: 4,
    says: /scopes: repo; it has: none/,
  },
  {
    name: 'a permission error with an empty budget by chance',
    status: 403,
    headers: { 'x-ratelimit-remaining': '0' },
    body: { message: 'Resource not accessible by integration' },
    code: 'permission_denied',
    exitCode: 4,
    says: /not accessible/,
  },
  {
    name: 'single sign-on',
    status: 403,
    headers: { 'x-github-sso': 'required; url=https://github.com/orgs/acme/sso?authorization_request=A1' },
    body: { message: 'Resource protected by organization SAML enforcement.' },
    code: 'sso_required',
    exitCode: 4,
    says: /https:\/\/github\.com\/orgs\/acme\/sso\?authorization_request=A1/,
  },
  {
    name: 'a forbidden field',
    status: 200,
    body: {
      data: { viewer: null },
      errors: [{ type: 'FORBIDDEN', path: ['viewer'], message: 'Resource not accessible by integration' }],
    },
    code: 'permission_denied',
    exitCode: 4,
    says: /not accessible/,
  },
  {
    name: 'an unknown repository',
    status: 200,
    body: noRepository,
    code: 'repository_not_found',
    exitCode: 2,
    says: /acme\/nothing.*private.*scope "repo"/s,
  },
  {
    name: 'an address that is no GraphQL endpoint',
    status: 404,
    body: {},
    code: 'graphql_endpoint_not_found',
    exitCode: 2,
    says: /GITHUB_GRAPHQL_URL/,
  },
];

describe('what the operator must mend is said with the next step', () => {
  test.for(CASES)('$name: $code', async ({ status, headers, body, code, exitCode, says }) => {
    const server = await startScriptedServer((_, response) => json(response, status, body, headers));
    const { client, clock } = clientFor(server.url);
    const thrown = await thrownBy(client.graphql({ document: DOCUMENT, variables: {} }));
    if (!(thrown instanceof OperatorError)) throw thrown;
    expect(thrown).toMatchObject({ code, exitCode });
    expect(`${thrown.message}\n${thrown.nextSteps.join('\n')}`).toMatch(says);
    expect(thrown.nextSteps).not.toEqual([]);
    expect(everythingIn(thrown)).not.toContain(TOKEN);
    expect(server.requests).toHaveLength(1);
    expect(clock.slept).toEqual([]);
  });

  test('a query that does not validate is a bug of ours, not advice for the operator', async () => {
    const server = await startScriptedServer((_, response) =>
      json(response, 200, {
        errors: [{ message: "Field 'timeout' doesn't exist on type 'Query'", extensions: { code: 'undefinedField' } }],
      }),
    );
    const { client } = clientFor(server.url);
    const thrown = await thrownBy(client.graphql({ document: DOCUMENT, variables: {} }));
    expect(thrown).toMatchObject({ name: 'Error', message: expect.stringContaining("Field 'timeout' doesn't exist") });
    expect(thrown).not.toBeInstanceOf(OperatorError);
  });

  test.for(['', 'ghp_oops\nx', 'ghp_oops x'])(
    'the token %j is refused before anything is sent, and not quoted',
    (token) => {
      const create = () => clientFor('http://127.0.0.1:9', { token });
      expect(create).toThrow(OperatorError);
      expect(create).not.toThrow(/oops/);
    },
  );

  test.for([
    { kind: 'percent', value: 100 },
    { kind: 'units', value: -1 },
    { kind: 'percent', value: Number.NaN },
  ] as const)('a reserve of $value ($kind) is refused', (reserve) => {
    expect(() => clientFor('http://127.0.0.1:9', { reserve })).toThrow(/reserve/);
  });
});
