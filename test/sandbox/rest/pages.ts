import type { RestCall, RestResult } from './routes.ts';

const DEFAULT_PER_PAGE = 30;
const LARGEST_PAGE = 100;

/** `page` and `per_page` as GitHub reads them: nonsense is the default, too much is the largest. */
export function pageRequest(query: URLSearchParams): { readonly page: number; readonly perPage: number } {
  const whole = (name: string, fallback: number) => {
    const value = Number(query.get(name) ?? fallback);
    return Number.isInteger(value) && value > 0 ? value : fallback;
  };
  return { page: whole('page', 1), perPage: Math.min(LARGEST_PAGE, whole('per_page', DEFAULT_PER_PAGE)) };
}

/** GitHub's Link header; empty for a single page. */
export function linkHeader(call: RestCall, path: string, page: number, pages: number): Record<string, string> {
  const link = (rel: string, to: number) => {
    const query = new URLSearchParams(call.query);
    query.set('page', String(to));
    return `<${call.baseUrl}${path}?${query}>; rel="${rel}"`;
  };
  const links: string[] = [];
  if (page > 1) links.push(link('prev', Math.min(page - 1, pages)));
  if (page < pages) links.push(link('next', page + 1), link('last', pages));
  if (page > 1) links.push(link('first', 1));
  return links.length > 0 ? { link: links.join(', ') } : {};
}

/** One page of `total` rows. Only the rows of the page are made. `path` is the canonical one, by repository id. */
export function pagedResult(
  call: RestCall,
  path: string,
  total: number,
  rows: (from: number, to: number) => readonly unknown[],
): RestResult {
  const { page, perPage } = pageRequest(call.query);
  const from = Math.min(total, (page - 1) * perPage);
  const body = rows(from, Math.min(total, from + perPage));
  return { status: 200, body, rows: body.length, headers: linkHeader(call, path, page, Math.ceil(total / perPage)) };
}
