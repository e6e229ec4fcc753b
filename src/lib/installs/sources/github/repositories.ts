import { OperatorError } from '../../../errors.ts';
import type { GitHubClient } from '../../../github/client.ts';
import { nextPage } from '../../../github/rest/link-header.ts';
import type { RepositoryNamed } from '../../ledger/entry.ts';
import type { Known } from '../../ledger/known.ts';

/** A repository of which counters are kept; a new name leaves the id as it is. */
export interface CountedRepository {
  readonly id: string;
  readonly owner: string;
  readonly name: string;
}

export interface RepositorySelection {
  readonly organization: string;
  /** Undefined for all that are public and neither forks, archived nor disabled. */
  readonly repositories: readonly string[] | undefined;
}

export interface FoundRepositories {
  readonly counted: readonly CountedRepository[];
  /** Names that the ledger did not know, oldest first: of repositories under the names they had in the cache, too. */
  readonly named: readonly RepositoryNamed[];
  /** Of those that were asked for by name, the ones that are not counted, and why. */
  readonly refused: readonly { readonly name: string; readonly error: string }[];
}

interface WireRepository {
  readonly id: number;
  readonly name: string;
  readonly owner: { readonly login: string };
  readonly private: boolean;
  readonly fork: boolean;
  readonly archived: boolean;
  readonly disabled: boolean;
}

const PAGE = 100;

/**
 * The repositories whose counters are kept. Names in the ledger that no repository is known to have are looked up:
 * where one was renamed, GitHub leads from the old name to it.
 *
 * @throws as `GitHubClient.rest`
 */
export async function findRepositories(
  github: GitHubClient,
  selection: RepositorySelection,
  known: Known,
  at: string,
  signal: AbortSignal,
): Promise<FoundRepositories> {
  const { organization, repositories } = selection;
  const refused: { readonly name: string; readonly error: string }[] = [];
  const listed: WireRepository[] = [];
  if (repositories === undefined) listed.push(...(await listOwnWork(github, organization, signal)));
  for (const name of repositories ?? []) {
    const found = await lookUp(github, organization, name, signal);
    if (found === undefined) refused.push({ name, error: 'GitHub knows no such repository' });
    else if (found.private) refused.push({ name, error: 'it is private, and the cache file is published' });
    else listed.push(found);
  }
  const names = new NameNews(known, at);
  const presentNames = new Set(listed.map(({ name }) => name));
  for (const name of known.unidentified.filter((each) => !presentNames.has(each))) {
    const found = await lookUp(github, organization, name, signal);
    if (!found) continue;
    names.had(found.id, name);
    if (!found.private) names.has(found.id, found.name);
  }
  for (const { id, name } of listed) names.has(id, name);
  const counted = listed.map(({ id, name, owner }) => ({ id: String(id), owner: owner.login, name }));
  return { counted, named: names.entries, refused };
}

async function listOwnWork(
  github: GitHubClient,
  organization: string,
  signal: AbortSignal,
): Promise<readonly WireRepository[]> {
  const found =
    (await listAll(github, 'GET /orgs/{account}/repos', organization, signal)) ??
    (await listAll(github, 'GET /users/{account}/repos', organization, signal));
  if (found === null) {
    throw new OperatorError(`GitHub knows no account ${organization}`, { code: 'account_not_found' });
  }
  // The name of what is private must not get into a file that is published.
  return found.filter((each) => !(each.private || each.fork || each.archived || each.disabled));
}

/** Null where there is no such account. */
async function listAll(
  github: GitHubClient,
  route: string,
  account: string,
  signal: AbortSignal,
): Promise<readonly WireRepository[] | null> {
  const found: WireRepository[] = [];
  for (let page: number | undefined = 1; page !== undefined; ) {
    const answer = await github.rest<readonly WireRepository[]>({
      route,
      parameters: { account, per_page: PAGE, page },
      answers: [404],
      signal,
    });
    if (answer.status === 404) return null;
    found.push(...answer.data);
    page = nextPage(answer.headers);
  }
  return found;
}

async function lookUp(
  github: GitHubClient,
  owner: string,
  repo: string,
  signal: AbortSignal,
): Promise<WireRepository | undefined> {
  const route = 'GET /repos/{owner}/{repo}';
  const answer = await github.rest<WireRepository>({ route, parameters: { owner, repo }, answers: [404], signal });
  return answer.status === 404 ? undefined : answer.data;
}

/** Collects what the ledger does not know of names. The last name of a repository is the one that it has. */
class NameNews {
  readonly entries: RepositoryNamed[] = [];
  readonly #known: Known;
  readonly #at: string;
  readonly #present = new Map<string, string>();

  constructor(known: Known, at: string) {
    this.#known = known;
    this.#at = at;
  }

  /** It had this name once. */
  had(id: number, name: string): void {
    if (this.#known.idOf(name) !== String(id)) this.#add(String(id), name);
  }

  /** It has this name now. */
  has(id: number, name: string): void {
    const key = String(id);
    if ((this.#present.get(key) ?? this.#known.nameOf(key)) !== name) this.#add(key, name);
  }

  #add(id: string, name: string): void {
    this.entries.push({ entry: 'repository', id, name, at: this.#at });
    this.#present.set(id, name);
  }
}
