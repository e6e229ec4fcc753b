import type { Clock } from '../../clock.ts';
import { messageOf, OperatorError } from '../../errors.ts';
import { EXIT } from '../../exit-codes.ts';
import type { TokenSource } from './token.ts';

/** A GitHub App that captures in its own name, with the hourly budget of its installation. */
export interface GitHubApp {
  readonly appId: string;
  /** PEM; `\n` may stand for line breaks, as in many secret stores. */
  readonly privateKey: string;
  /** Which installation; may be left out when the App has exactly one. */
  readonly installationId?: string | undefined;
}

export interface AppTokenOptions {
  readonly apiUrl: string;
  readonly userAgent: string;
  readonly fetch: typeof globalThis.fetch;
  readonly clock: Clock;
  /** Told every new token before it is used, so that it can be kept out of every output. */
  readonly onToken: (token: string) => void;
}

/** A token is renewed this long before it ends, or in the last tenth of a shorter life, in milliseconds. */
const RENEW_MS = 5 * 60_000;

interface MintedToken {
  readonly token: string;
  readonly renewAt: number;
  readonly expiresAt: number;
}

/**
 * Installation tokens of a GitHub App. One lives for an hour (docs.github.com, "Generating an installation access token"), a job up
 * to six: each call answers one that is still good, minting a new one shortly before the old one ends. While GitHub
 * gives no new one, the old one is answered until it ends.
 *
 * @throws OperatorError `app_token_refused`, `app_installation_ambiguous` (exit 4), from the calls.
 */
export function appTokenSource(app: GitHubApp, options: AppTokenOptions): TokenSource {
  const { clock } = options;
  const mint = minter(app, options);
  let minted: MintedToken | undefined;
  let minting: Promise<MintedToken> | undefined;
  return async () => {
    if (minted && clock.now() < minted.renewAt) return minted.token;
    minting ??= mint().finally(() => {
      minting = undefined;
    });
    try {
      minted = await minting;
    } catch (thrown) {
      if (!minted || clock.now() >= minted.expiresAt) throw thrown;
    }
    return minted.token;
  };
}

function minter(app: GitHubApp, options: AppTokenOptions): () => Promise<MintedToken> {
  const privateKey = app.privateKey.replaceAll('\\n', '\n');
  const authenticate = async () => {
    const [{ createAppAuth }, { request }] = await Promise.all([
      import('@octokit/auth-app'),
      import('@octokit/request'),
    ]);
    const send = request.defaults({
      baseUrl: options.apiUrl,
      headers: { 'user-agent': options.userAgent },
      request: { fetch: options.fetch },
    });
    const auth = createAppAuth({ appId: app.appId, privateKey, request: send });
    const installationId =
      app.installationId ?? (await onlyInstallation(send.defaults({ request: { hook: auth.hook } })));
    return { auth, installationId };
  };
  let authenticated: ReturnType<typeof authenticate> | undefined;
  return async () => {
    try {
      authenticated ??= authenticate();
      const { auth, installationId } = await authenticated;
      const mintedAt = options.clock.now();
      const { token, expiresAt: end } = await auth({ type: 'installation', installationId, refresh: true });
      options.onToken(token);
      const expiresAt = Date.parse(end);
      return { token, expiresAt, renewAt: expiresAt - Math.min(RENEW_MS, (expiresAt - mintedAt) / 10) };
    } catch (thrown) {
      authenticated = undefined;
      throw thrown instanceof OperatorError ? thrown : refused(app.appId, thrown);
    }
  };
}

async function onlyInstallation(
  request: (route: 'GET /app/installations') => Promise<{ readonly data: readonly { readonly id: number }[] }>,
): Promise<number> {
  const { data } = await request('GET /app/installations');
  const [installation] = data;
  if (installation && data.length === 1) {
    return installation.id;
  }
  throw new OperatorError(
    data.length === 0 ? 'the GitHub App is not installed anywhere' : `the GitHub App has ${data.length} installations`,
    {
      code: 'app_installation_ambiguous',
      exitCode: EXIT.auth,
      nextSteps: [
        data.length === 0
          ? 'install the App in your account or organisation'
          : `name one of them: export DEADZONE_APP_INSTALLATION_ID=${installation?.id}`,
      ],
    },
  );
}

/** Octokit's errors carry the request, with a signed token in it: only the message goes on. */
function refused(appId: string, thrown: unknown): OperatorError {
  return new OperatorError(`GitHub gives no token to the App ${appId}: ${messageOf(thrown)}`, {
    code: 'app_token_refused',
    exitCode: EXIT.auth,
    nextSteps: [
      'check DEADZONE_APP_ID and DEADZONE_APP_PRIVATE_KEY',
      'check that the App is installed and not suspended',
    ],
  });
}
