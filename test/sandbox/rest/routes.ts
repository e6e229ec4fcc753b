import type { BudgetState, Resource } from '../budgets.ts';
import type { Repositories } from '../history/repositories.ts';
import type { SandboxRepository } from '../history/repository.ts';
import type { RequestKind } from '../request-kind.ts';
import type { Token } from '../tokens.ts';

/** A REST request as a route sees it. */
export interface RestCall {
  readonly method: string;
  /** What stands in the places of the path's `{names}`. */
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  /** Parsed JSON; null when there is none. */
  readonly body: unknown;
  /** The body as it came. */
  readonly bytes: Buffer;
  /** The media type that is asked for; '' when none is. */
  readonly accept: string;
  /** `http://127.0.0.1:4010`, for links. */
  readonly baseUrl: string;
  readonly token: Token;
  readonly repositories: Repositories;
  budget(resource: Resource): BudgetState;
}

export interface RestResult {
  readonly status: number;
  /** Sent as JSON, unless it is text or bytes. Absent: no body. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** Rows of the page, for the latency model. */
  readonly rows?: number;
  /** Not charged, as `GET /rate_limit`. */
  readonly free?: boolean;
}

export interface RestRoute {
  readonly method: string;
  /** `/repos/{owner}/{repo}/pulls/{number}` */
  readonly path: string;
  /** For the ledger and the fault script; default `rest`. */
  readonly kind?: RequestKind;
  answer(call: RestCall): RestResult;
}

/** A route below a repository, which is already found, visible and not renamed. */
export interface RepositoryRoute {
  readonly method: string;
  /** What follows `/repos/{owner}/{repo}`, e.g. `/pulls/{number}`; empty for the repository itself. */
  readonly path: string;
  readonly kind?: RequestKind;
  answer(call: RestCall, repository: SandboxRepository): RestResult;
}

/** REST's own way to say no. */
export function restMessage(status: number, message: string): RestResult {
  return { status, body: { message, documentation_url: 'https://docs.github.com/rest', status: String(status) } };
}

export const REST_NOT_FOUND = restMessage(404, 'Not Found');

/**
 * Makes the two addresses of a repository route: by name, where a former name is answered with 301 to the id, and by id.
 */
export function repositoryRoute(route: RepositoryRoute): readonly RestRoute[] {
  const kind = route.kind ?? 'rest';
  return [
    {
      method: route.method,
      kind,
      path: `/repos/{owner}/{repo}${route.path}`,
      answer: (call) => {
        const lookup = call.repositories.byName(call.params['owner'] ?? '', call.params['repo'] ?? '');
        if (!lookup || !call.token.sees(lookup.found)) return REST_NOT_FOUND;
        if (!lookup.renamed) return route.answer(call, lookup.found);
        const rest = route.path.replace(/\{(\w+)\*?\}/g, (_, name: string) => call.params[name] ?? '');
        const query = call.query.size > 0 ? `?${call.query}` : '';
        const location = `${call.baseUrl}/repositories/${lookup.found.databaseId}${rest}${query}`;
        return {
          status: 301,
          headers: { location },
          body: { message: 'Moved Permanently', url: location, documentation_url: 'https://docs.github.com/rest' },
        };
      },
    },
    {
      method: route.method,
      kind,
      path: `/repositories/{repository_id}${route.path}`,
      answer: (call) => {
        const repository = call.repositories.byId(Number(call.params['repository_id']));
        return repository && call.token.sees(repository) ? route.answer(call, repository) : REST_NOT_FOUND;
      },
    },
  ];
}
