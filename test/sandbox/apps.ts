import { createPublicKey, randomBytes, verify } from 'node:crypto';
import { z } from 'zod';
import type { Clock } from '../../src/lib/clock.ts';
import type { PermissionLevel, Tokens } from './tokens.ts';

/** docs.github.com: "The installation access token will expire after 1 hour." */
const TOKEN_MS = 3_600_000;
/** docs.github.com, "Generating a JSON web token": `exp` is at most ten minutes ahead. */
const LONGEST_JWT_S = 600;

/** A GitHub App that is installed once. */
export interface AppOptions {
  /** PEM of the key that its JSON web tokens are checked with. */
  readonly publicKey: string;
  readonly installationId: number;
  /** How long its tokens live; default an hour. */
  readonly tokenMs?: number;
  /** The only repositories that it is installed in, as OWNER/NAME; absent = all. */
  readonly repositories?: readonly string[];
  readonly permissions?: Readonly<Record<string, PermissionLevel>>;
}

/** An installation token as the API answers it. */
export interface MintedToken {
  readonly token: string;
  readonly expires_at: string;
  readonly permissions: Readonly<Record<string, PermissionLevel>>;
  readonly repository_selection: 'all' | 'selected';
}

const header = z.object({ alg: z.literal('RS256') });
const claims = z.object({ iat: z.number(), exp: z.number(), iss: z.union([z.string(), z.number()]).transform(String) });

/** The GitHub Apps of a sandbox, by their ids. */
export class Apps {
  readonly #apps: ReadonlyMap<string, AppOptions>;
  readonly #clock: Clock;
  readonly #tokens: Tokens;

  constructor(apps: Readonly<Record<string, AppOptions>>, house: { readonly clock: Clock; readonly tokens: Tokens }) {
    this.#apps = new Map(Object.entries(apps));
    this.#clock = house.clock;
    this.#tokens = house.tokens;
  }

  /** The App that an Authorization header proves to be, by a JSON web token that it signed; null when it proves none. */
  authenticate(authorization: string | undefined): AppOptions | null {
    const [, head = '', body = '', signature = ''] =
      /^bearer ([\w-]+)\.([\w-]+)\.([\w-]+)$/i.exec(authorization ?? '') ?? [];
    const claimed = claims.safeParse(parsed(body));
    if (!claimed.success || !header.safeParse(parsed(head)).success) return null;
    const { iss, iat, exp } = claimed.data;
    const app = this.#apps.get(iss);
    const now = Math.floor(this.#clock.now() / 1_000);
    if (!app || iat > now || exp <= now || exp > now + LONGEST_JWT_S) return null;
    const signed = Buffer.from(`${head}.${body}`);
    const key = createPublicKey(app.publicKey);
    return verify('RSA-SHA256', signed, key, Buffer.from(signature, 'base64url')) ? app : null;
  }

  /** A new token of the App's installation; the ones before stay good until they end. */
  mint({ installationId, tokenMs = TOKEN_MS, repositories, permissions = {} }: AppOptions): MintedToken {
    const token = `ghs_${randomBytes(18).toString('hex')}`;
    // GitHub tells whole seconds.
    const expiresAt = Math.floor((this.#clock.now() + tokenMs) / 1_000) * 1_000;
    this.#tokens.configure(token, {
      login: 'sandbox-app[bot]',
      expiresAt,
      sharedBudget: `installation ${installationId}`,
      ...(repositories ? { repositories: [...repositories] } : {}),
      ...(Object.keys(permissions).length > 0 ? { permissions: { ...permissions } } : {}),
    });
    return {
      token,
      expires_at: new Date(expiresAt).toISOString().replace('.000Z', 'Z'),
      permissions,
      repository_selection: repositories ? 'selected' : 'all',
    };
  }
}

function parsed(part: string): unknown {
  try {
    return JSON.parse(Buffer.from(part, 'base64url').toString());
  } catch {
    return null;
  }
}
