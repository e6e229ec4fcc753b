import { createHash } from 'node:crypto';
import { z } from 'zod';
import { hashText } from './history/random.ts';
import type { SandboxRepository } from './history/repository.ts';

const permissionLevel = z.enum(['none', 'read', 'write']);
export type PermissionLevel = z.infer<typeof permissionLevel>;

export const tokenOptions = z.strictObject({
  login: z.string().min(1).optional(),
  /** Points of a window. */
  graphqlLimit: z.int().positive().optional(),
  /** Requests of a window. */
  restLimit: z.int().positive().optional(),
  /** Milliseconds since the epoch; after that the token is answered with 401. */
  expiresAt: z.number().optional(),
  /** The only repositories that it sees, as OWNER/NAME; absent = all. */
  repositories: z.array(z.string()).optional(),
  /** What it may do, by GitHub's names (`actions`, `contents`, `workflows`, ...); absent = everything. */
  permissions: z.record(z.string(), permissionLevel).optional(),
  /** Tokens with the same name here spend one budget, as the GITHUB_TOKENs of one repository do. */
  sharedBudget: z.string().optional(),
});
export type TokenOptions = z.infer<typeof tokenOptions>;

export interface Token {
  /** Eight digits of its SHA-256: what the ledger shows of it. */
  readonly hash: string;
  readonly login: string;
  /** An installation token, such as the GITHUB_TOKEN of Actions: it belongs to no user. */
  readonly isInstallation: boolean;
  readonly databaseId: number;
  readonly limits: { readonly graphql: number; readonly rest: number };
  /** Whose budget it spends. */
  readonly budget: string;
  sees(repository: SandboxRepository): boolean;
  /** Whether it has this permission at this level or a higher one. */
  may(permission: string, level: 'read' | 'write'): boolean;
}

/** The beginnings of GitHub's token formats. */
const FORMATS = ['ghp_', 'ghs_', 'gho_', 'ghu_', 'github_pat_'];

/** Who may ask. Unless told otherwise, any text in the format of a GitHub token is a good token. */
export class Tokens {
  readonly #configured = new Map<string, TokenOptions>();
  readonly #expired = new Set<string>();
  readonly #made = new Map<string, Token>();
  readonly #acceptUnknown: boolean;
  readonly #defaults: { readonly graphql: number; readonly rest: number };

  constructor(options: {
    readonly configured: Readonly<Record<string, TokenOptions>>;
    readonly acceptUnknown: boolean;
    readonly limits: { readonly graphql: number; readonly rest: number };
  }) {
    this.#acceptUnknown = options.acceptUnknown;
    this.#defaults = options.limits;
    for (const [token, each] of Object.entries(options.configured)) this.configure(token, each);
  }

  /** Adds a token or changes one. */
  configure(token: string, options: TokenOptions): void {
    this.#configured.set(token, tokenOptions.parse(options));
    this.#made.delete(token);
    this.#expired.delete(token);
  }

  /** From now on this token is answered with 401. */
  expire(token: string): void {
    this.#expired.add(token);
  }

  /** The token of an Authorization header (`token X` or `Bearer X`); null when there is none that is good at `now`. */
  authenticate(
    authorization: string | undefined,
    now: number,
  ): { readonly text: string; readonly token: Token } | null {
    const text = /^(?:token|bearer)\s+(\S+)$/i.exec(authorization ?? '')?.[1];
    if (text === undefined || this.#expired.has(text)) return null;
    const configured = this.#configured.get(text);
    if (configured?.expiresAt !== undefined && now >= configured.expiresAt) return null;
    if (!configured && !(this.#acceptUnknown && FORMATS.some((format) => text.startsWith(format)))) return null;
    const known = this.#made.get(text);
    if (known) return { text, token: known };
    const made = this.#make(text, configured ?? {});
    this.#made.set(text, made);
    return { text, token: made };
  }

  #make(text: string, options: TokenOptions): Token {
    const isInstallation = text.startsWith('ghs_');
    const login = options.login ?? (isInstallation ? 'github-actions[bot]' : 'sandbox-operator');
    const visible = options.repositories?.map((name) => name.toLowerCase());
    const hash = createHash('sha256').update(text).digest('hex').slice(0, 8);
    const granted = options.permissions;
    return {
      hash,
      budget: options.sharedBudget ?? hash,
      login,
      isInstallation,
      databaseId: isInstallation ? 41_898_282 : 1_000 + (hashText(login) % 100_000_000),
      limits: {
        graphql: options.graphqlLimit ?? this.#defaults.graphql,
        rest: options.restLimit ?? this.#defaults.rest,
      },
      sees: (repository) => visible === undefined || visible.includes(repository.nameWithOwner.toLowerCase()),
      may: (permission, level) =>
        granted === undefined || granted[permission] === 'write' || (level === 'read' && granted[permission] === level),
    };
  }
}
