import { OperatorError } from '../../errors.ts';
import { EXIT } from '../../exit-codes.ts';
import type { GitHubClient } from '../../github/client.ts';
import { REPOSITORY_DOCUMENT, type RepositoryAnswer } from '../../github/graphql/documents.ts';
import type { RepositoryName } from '../../github/repository/repository-name.ts';
import type { RepositoryRow } from '../../store/rows.ts';

export function fullName({ owner, name }: RepositoryName): string {
  return `${owner}/${name}`;
}

export interface ResolvedRepository {
  readonly row: RepositoryRow;
  /** GitHub's newest `updatedAt` of a pull request; null when there is none. */
  readonly watermark: string | null;
}

/**
 * What GitHub knows a repository as today: renames and transfers are followed, and its database id is its key.
 *
 * @throws OperatorError `repository_not_found`.
 */
export async function resolveRepository(
  github: GitHubClient,
  name: RepositoryName,
  signal: AbortSignal,
): Promise<ResolvedRepository> {
  const answer = await github.graphql<RepositoryAnswer>({
    document: REPOSITORY_DOCUMENT,
    variables: { ...name },
    signal,
  });
  const { repository } = answer.data;
  if (!repository) {
    throw new OperatorError(`GitHub has no repository ${fullName(name)}, or this token may not see it`, {
      code: 'repository_not_found',
      exitCode: EXIT.usage,
      nextSteps: ['Check the spelling: OWNER/REPO', 'For a private repository use a token that can read it'],
    });
  }
  const row: RepositoryRow = {
    github_id: String(repository.databaseId),
    node_id: repository.id,
    owner: repository.owner.login,
    name: repository.name,
    full_name: repository.nameWithOwner,
    is_private: repository.isPrivate,
    default_branch: repository.defaultBranchRef?.name ?? null,
    pull_request_count: repository.pullRequests.totalCount,
    created_at: repository.createdAt,
  };
  return { row, watermark: repository.pullRequests.nodes[0]?.updatedAt ?? null };
}
