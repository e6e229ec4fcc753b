/**
 * GitHub's GraphQL endpoint that belongs to a REST base: `https://api.github.com` → `…/graphql`; GitHub Enterprise
 * Server `https://host/api/v3` → `https://host/api/graphql` (docs.github.com, "Forming calls with GraphQL").
 */
export function graphqlUrlOf(apiUrl: string): string {
  return `${apiUrl.replace(/\/+$/, '').replace(/\/v3$/, '')}/graphql`;
}
