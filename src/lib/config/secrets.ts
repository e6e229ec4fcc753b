import { inspect } from 'node:util';
import { OperatorError } from '../errors.ts';
import { EXIT } from '../exit-codes.ts';
import { REDACTED } from '../redact.ts';

/** A credential that does not print: only `reveal()` gives the value. */
export class Secret {
  readonly #value: string;
  /** The environment variable or the command that it came from. */
  readonly source: string;

  constructor(value: string, source: string) {
    this.#value = value;
    this.source = source;
  }

  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return REDACTED;
  }

  toJSON(): string {
    return REDACTED;
  }

  [inspect.custom](): string {
    return REDACTED;
  }
}

/** Runs `gh auth token` for a host and returns its standard output, or undefined when there is no gh or no login. */
export type AskGh = (host: string) => Promise<string | undefined>;

export interface GitHubTokenOptions {
  readonly env: Readonly<NodeJS.ProcessEnv>;
  /** The REST base, which tells whether this is github.com or a GitHub Enterprise Server. */
  readonly apiUrl: string;
  /** Defaults to the real `gh` on the PATH of `env`. */
  readonly askGh?: AskGh;
}

/** The GitHub token from GITHUB_TOKEN, GH_TOKEN or `gh auth token`, in that order; undefined when there is none. */
export async function findGitHubToken(options: GitHubTokenOptions): Promise<Secret | undefined> {
  for (const name of ['GITHUB_TOKEN', 'GH_TOKEN']) {
    const value = options.env[name]?.trim();
    if (value) return new Secret(value, name);
  }
  const askGh = options.askGh ?? ((host) => ghAuthToken(host, options.env));
  const token = (await askGh(gitHubHost(options.apiUrl)))?.trim();
  return token ? new Secret(token, 'gh auth token') : undefined;
}

/**
 * Like `findGitHubToken`, for work that cannot be done without one.
 *
 * @throws OperatorError `github_token_missing`, exit 4
 */
export async function requireGitHubToken(options: GitHubTokenOptions): Promise<Secret> {
  const token = await findGitHubToken(options);
  if (token) return token;
  const host = gitHubHost(options.apiUrl);
  throw new OperatorError(
    `there is no token for ${host}: GITHUB_TOKEN and GH_TOKEN are not set and gh is not logged in`,
    {
      code: 'github_token_missing',
      exitCode: EXIT.auth,
      nextSteps: [
        'log in with `gh auth login`, or',
        `create a token at https://${host}/settings/tokens (public repositories need no scope, private ones need repo)`,
        'and set it: export GITHUB_TOKEN=…',
      ],
    },
  );
}

/** A GitHub App to capture as, from DEADZONE_APP_ID and DEADZONE_APP_PRIVATE_KEY; undefined unless both are set. */
export function findGitHubApp(
  env: Readonly<NodeJS.ProcessEnv>,
): { readonly appId: string; readonly privateKey: Secret; readonly installationId: string | undefined } | undefined {
  const appId = env['DEADZONE_APP_ID']?.trim();
  const privateKey = env['DEADZONE_APP_PRIVATE_KEY']?.trim();
  if (!appId || !privateKey) return undefined;
  const installationId = env['DEADZONE_APP_INSTALLATION_ID']?.trim() || undefined;
  return { appId, privateKey: new Secret(privateKey, 'DEADZONE_APP_PRIVATE_KEY'), installationId };
}

/** The key of a hosted Supabase, from the first variable that is set; undefined when none is. */
export function findSupabaseKey(env: Readonly<NodeJS.ProcessEnv>): Secret | undefined {
  for (const name of ['SUPABASE_SERVICE_KEY', 'SUPABASE_SECRET_KEY', 'SUPABASE_SERVICE_ROLE_KEY']) {
    const value = env[name]?.trim();
    if (value) return new Secret(value, name);
  }
  return undefined;
}

/**
 * Like `findSupabaseKey`, for a store that is hosted at `url`.
 *
 * @throws OperatorError `supabase_key_missing`, exit 4
 */
export function requireSupabaseKey(env: Readonly<NodeJS.ProcessEnv>, url: string): Secret {
  const key = findSupabaseKey(env);
  if (key) return key;
  throw new OperatorError(`the store is ${url}, and SUPABASE_SERVICE_KEY is not set`, {
    code: 'supabase_key_missing',
    exitCode: EXIT.auth,
    nextSteps: [
      "copy the secret key from the project's API settings in Supabase and set it: export SUPABASE_SERVICE_KEY=…",
      'or unset SUPABASE_URL to use the embedded database',
    ],
  });
}

/** The key of an embeddings server from OPENAI_API_KEY; undefined when it is not set, as servers of one's own allow. */
export function findOpenAiKey(env: Readonly<NodeJS.ProcessEnv>): Secret | undefined {
  const value = env['OPENAI_API_KEY']?.trim();
  return value ? new Secret(value, 'OPENAI_API_KEY') : undefined;
}

function gitHubHost(apiUrl: string): string {
  const { hostname } = new URL(apiUrl);
  return hostname === 'api.github.com' ? 'github.com' : hostname;
}

async function ghAuthToken(host: string, env: Readonly<NodeJS.ProcessEnv>): Promise<string | undefined> {
  const { execa } = await import('execa');
  const result = await execa('gh', ['auth', 'token', '--hostname', host], {
    env: { ...env, GH_PROMPT_DISABLED: '1' },
    extendEnv: false,
    stdin: 'ignore',
    timeout: 5_000,
    reject: false,
  });
  return result.failed ? undefined : result.stdout;
}
