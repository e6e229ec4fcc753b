/**
 * The targets of a `link` header (RFC 8288) by relation, e.g. `next`, `last`; empty when there is no header.
 * A target of several relations is listed under each.
 */
export function parseLinkHeader(value: string | undefined): ReadonlyMap<string, string> {
  const targets = new Map<string, string>();
  for (const [, url, parameters] of (value ?? '').matchAll(
    /<([^>]*)>((?:\s*;\s*[\w*-]+\s*=\s*(?:"[^"]*"|[^\s,;"]+))*)/g,
  )) {
    const relations = /;\s*rel\s*=\s*(?:"([^"]*)"|([^\s,;"]+))/i.exec(parameters ?? '');
    for (const relation of (relations?.[1] ?? relations?.[2] ?? '').split(/\s+/)) {
      if (relation && url) targets.set(relation.toLowerCase(), url);
    }
  }
  return targets;
}

function pageOf(relation: string, headers: Readonly<Record<string, string>>): number | undefined {
  const target = parseLinkHeader(headers['link']).get(relation);
  const page = target === undefined ? null : URL.parse(target, 'https://api.github.com')?.searchParams.get('page');
  return page && /^\d+$/.test(page) ? Number(page) : undefined;
}

/**
 * The number of the last page of a REST listing, from its lower-case `headers`; undefined when GitHub does not say
 * (a single page, or the last one). With `per_page=1` it is the number of items.
 */
export function lastPage(headers: Readonly<Record<string, string>>): number | undefined {
  return pageOf('last', headers);
}

/** The number of the next page of a REST listing; undefined on the last. */
export function nextPage(headers: Readonly<Record<string, string>>): number | undefined {
  return pageOf('next', headers);
}
