import type { Sandbox } from '../../sandbox/sandbox.ts';

export const TOKEN = 'ghp_0123456789';

export interface GraphQLError {
  readonly type?: string;
  readonly message: string;
  readonly path?: readonly (string | number)[];
}

export interface Answered<Data> {
  readonly status: number;
  readonly headers: Headers;
  readonly data: Data;
  readonly errors: readonly GraphQLError[] | undefined;
}

/** Sends a query over the wire. `Data` is what the caller says the query answers. */
export async function graphql<Data>(
  sandbox: Pick<Sandbox, 'graphqlUrl'>,
  query: string,
  variables: object = {},
  token: string = TOKEN,
): Promise<Answered<Data>> {
  const response = await fetch(sandbox.graphqlUrl, {
    method: 'POST',
    headers: { authorization: `bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ query, variables }),
  });
  const body = (await response.json()) as { data: Data; errors?: readonly GraphQLError[] };
  return { status: response.status, headers: response.headers, data: body.data, errors: body.errors };
}

/** Sends a REST request over the wire; redirects are not followed. */
export async function rest<Data>(
  sandbox: Pick<Sandbox, 'url'>,
  path: string,
  options: { readonly token?: string; readonly headers?: Readonly<Record<string, string>> } = {},
): Promise<{ readonly status: number; readonly headers: Headers; readonly data: Data }> {
  const response = await fetch(new URL(path, sandbox.url), {
    redirect: 'manual',
    headers: { authorization: `token ${options.token ?? TOKEN}`, ...options.headers },
  });
  const body = await response.text();
  return { status: response.status, headers: response.headers, data: (body === '' ? null : JSON.parse(body)) as Data };
}

/** Sends a REST request that is not a GET, with a JSON body. `data` is null unless the answer is JSON. */
export async function send<Data>(
  sandbox: Pick<Sandbox, 'url'>,
  method: string,
  path: string,
  body?: unknown,
  token: string = TOKEN,
): Promise<{ readonly status: number; readonly headers: Headers; readonly data: Data }> {
  const response = await fetch(new URL(path, sandbox.url), {
    method,
    redirect: 'manual',
    headers: { authorization: `token ${token}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  const isJson = text !== '' && response.headers.get('content-type')?.includes('json') === true;
  return { status: response.status, headers: response.headers, data: (isJson ? JSON.parse(text) : null) as Data };
}

/** What a control endpoint answers to a POST. */
export async function control(
  sandbox: Pick<Sandbox, 'url'>,
  name: string,
  body: unknown,
): Promise<{ readonly status: number; readonly data: unknown }> {
  const response = await fetch(`${sandbox.url}/_sandbox/${name}`, { method: 'POST', body: JSON.stringify(body) });
  return { status: response.status, data: await response.json() };
}

interface EnumeratedPage {
  readonly repository: {
    readonly pullRequests: {
      readonly totalCount: number;
      readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
      readonly nodes: readonly { readonly id: string; readonly number: number; readonly updatedAt: string }[];
    };
  };
}

const ENUMERATE = `query ($owner: String!, $name: String!, $first: Int!, $after: String, $orderBy: IssueOrder!, $states: [PullRequestState!]) {
  repository(owner: $owner, name: $name) {
    pullRequests(first: $first, after: $after, orderBy: $orderBy, states: $states) {
      totalCount pageInfo { hasNextPage endCursor } nodes { id number updatedAt }
    }
  }
}`;

/** One page of a repository's pull requests. */
export async function page(
  sandbox: Pick<Sandbox, 'graphqlUrl'>,
  nameWithOwner: string,
  options: {
    readonly first: number;
    readonly after?: string | null;
    readonly field?: string;
    readonly direction?: string;
    readonly states?: readonly string[];
  },
): Promise<EnumeratedPage['repository']['pullRequests']> {
  const [owner, name] = nameWithOwner.split('/');
  const { first, after = null, field = 'CREATED_AT', direction = 'ASC', states } = options;
  const variables = { owner, name, first, after, orderBy: { field, direction }, ...(states ? { states } : {}) };
  const { data, errors } = await graphql<EnumeratedPage>(sandbox, ENUMERATE, variables);
  if (errors) throw new Error(JSON.stringify(errors));
  return data.repository.pullRequests;
}

/** Every page of them. */
export async function enumerate(
  sandbox: Pick<Sandbox, 'graphqlUrl'>,
  nameWithOwner: string,
  options: {
    readonly first?: number;
    readonly field?: string;
    readonly direction?: string;
    readonly states?: readonly string[];
  } = {},
): Promise<readonly { readonly id: string; readonly number: number; readonly updatedAt: string }[]> {
  const nodes: { id: string; number: number; updatedAt: string }[] = [];
  for (let after: string | null = null; ; ) {
    const next: EnumeratedPage['repository']['pullRequests'] = await page(sandbox, nameWithOwner, {
      first: 100,
      ...options,
      after,
    });
    nodes.push(...next.nodes);
    if (!next.pageInfo.hasNextPage) return nodes;
    after = next.pageInfo.endCursor;
  }
}

export interface Connection<Node> {
  readonly totalCount: number;
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
  readonly nodes: readonly Node[];
}

type DrainedPage<Node> = Answered<{ readonly node: { readonly page: Connection<Node> } }>;

/** Every node of one inner connection of a pull request, drained page by page, with what it says its total is. */
export async function drain<Node>(
  sandbox: Pick<Sandbox, 'graphqlUrl'>,
  pullRequestId: string,
  connection: string,
  fields: string,
): Promise<{ readonly totalCount: number; readonly nodes: readonly Node[]; readonly pages: number }> {
  const query = `query ($id: ID!, $after: String) { node(id: $id) { ... on PullRequest { page: ${connection}(first: 100, after: $after) {
    totalCount pageInfo { hasNextPage endCursor } nodes { ${fields} } } } } }`;
  const nodes: Node[] = [];
  let after: string | null = null;
  for (let pages = 1; ; pages += 1) {
    const answer = (await graphql(sandbox, query, { id: pullRequestId, after })) as DrainedPage<Node>;
    if (answer.errors) throw new Error(JSON.stringify(answer.errors));
    const { totalCount, pageInfo, nodes: more } = answer.data.node.page;
    nodes.push(...more);
    if (!pageInfo.hasNextPage) return { totalCount, nodes, pages };
    after = pageInfo.endCursor;
  }
}
