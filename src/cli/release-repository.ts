import { OperatorError } from '../lib/errors.ts';
import { EXIT } from '../lib/exit-codes.ts';
import { parseRepositoryName, type RepositoryName, repositoryPath } from '../lib/github/repository/repository-name.ts';

/**
 * The repository that something is published to: `--repo`, else a setting, else GITHUB_REPOSITORY
 * (set in a job of GitHub Actions), else the git remote `origin` of the working folder.
 *
 * @throws OperatorError `release_repository_unknown` or `repository_name_invalid`, exit 2
 */
export async function releaseRepository(
  flag: string | undefined,
  setting: string | undefined,
  env: Readonly<NodeJS.ProcessEnv>,
): Promise<RepositoryName> {
  const given = flag ?? setting ?? (env['GITHUB_REPOSITORY']?.trim() || (await originPath()));
  if (given !== undefined) return parseRepositoryName(given);
  throw new OperatorError('it is not known which repository on GitHub is meant', {
    code: 'release_repository_unknown',
    exitCode: EXIT.usage,
    nextSteps: [
      'name it: --repo OWNER/REPO',
      'or set GITHUB_REPOSITORY=OWNER/REPO; for the doc pack also docs.repository in .deadzonerc',
      'or go to a checkout whose remote origin is that repository',
    ],
  });
}

async function originPath(): Promise<string | undefined> {
  const { originUrl } = await import('./origin-url.ts');
  const url = await originUrl();
  return url === undefined ? undefined : repositoryPath(url);
}
