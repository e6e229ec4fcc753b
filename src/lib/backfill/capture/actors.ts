import type { ActorNode } from '../../github/graphql/nodes.ts';
import type { ActorKey, ActorRow, ActorType } from '../../store/rows.ts';

/** GitHub's own stand-in for deleted accounts (https://github.com/ghost). */
const GHOST: ActorRow = {
  github_id: '10137',
  node_id: 'MDQ6VXNlcjEwMTM3',
  login: 'ghost',
  type: 'User',
  avatar_url: null,
};

const ACTOR_TYPES: readonly string[] = [
  'User',
  'Bot',
  'Mannequin',
  'Organization',
  'EnterpriseUserAccount',
] satisfies ActorType[];

/** Collects the actors of a chunk, each once: a database refuses the same key twice in one statement. */
export class ActorDirectory {
  readonly #rows = new Map<ActorKey, ActorRow>();

  /** The key of an actor; a missing author is GitHub's ghost. */
  add(node: ActorNode | null): ActorKey {
    const row = node ? actorRow(node) : GHOST;
    const key = row.github_id ?? `node:${row.node_id}`;
    this.#rows.set(key, row);
    return key;
  }

  rows(): readonly ActorRow[] {
    return [...this.#rows.values()];
  }
}

function actorRow(node: ActorNode): ActorRow {
  if (!ACTOR_TYPES.includes(node.__typename)) {
    throw new Error(`GitHub answered an actor of the unknown type ${node.__typename}`);
  }
  const type = node.__typename as ActorType;
  return {
    github_id: node.databaseId == null ? null : String(node.databaseId),
    node_id: node.id,
    login: type === 'Bot' ? botLogin(node.login) : node.login,
    type,
    avatar_url: node.avatarUrl ?? null,
  };
}

/** REST and the web site say `dependabot[bot]` where GraphQL says `dependabot`: stored as the former, which no user can have. */
function botLogin(login: string): string {
  return login.endsWith('[bot]') ? login : `${login}[bot]`;
}
