import type { RestRoute } from './routes.ts';

interface CompiledRoute {
  readonly route: RestRoute;
  readonly pattern: RegExp;
}

/** A literal segment beats a `{name}`: `/pulls/comments` is not pull request "comments". */
function specificity(path: string): string {
  return path
    .split('/')
    .map((segment) => (segment.startsWith('{') ? '1' : '0'))
    .join('');
}

/** `{name}` is one segment of a path, `{name*}` one or more. */
function patternOf(path: string): string {
  return path.replace(/\{(\w+)(\*?)\}/g, (_, name: string, many: string) => `(?<${name}>${many ? '.+' : '[^/]+'})`);
}

/** Finds the route of a path. */
export class Router {
  readonly #routes: readonly CompiledRoute[];

  constructor(routes: readonly RestRoute[]) {
    this.#routes = [...routes]
      .sort((a, b) => specificity(a.path).localeCompare(specificity(b.path)))
      .map((route) => ({ route, pattern: new RegExp(`^${patternOf(route.path)}$`) }));
  }

  /** Null when no route has this method and path. */
  find(
    method: string,
    path: string,
  ): { readonly route: RestRoute; readonly params: Readonly<Record<string, string>> } | null {
    for (const { route, pattern } of this.#routes) {
      const match = route.method === method ? pattern.exec(path) : null;
      if (!match) continue;
      const params = Object.entries(match.groups ?? {}).map(
        ([name, value]) => [name, decodeURIComponent(value)] as const,
      );
      return { route, params: Object.fromEntries(params) };
    }
    return null;
  }
}
