import { OperatorError } from '../../errors.ts';
import { EXIT } from '../../exit-codes.ts';
import { parseRepositoryName, type RepositoryName, repositoryPath } from '../../github/repository/repository-name.ts';

export interface DispatchRepositorySources {
  /** `--dispatch-repo` */
  readonly flag: string | undefined;
  /** `actions.repository` of the settings. */
  readonly setting: string | undefined;
  readonly env: Readonly<NodeJS.ProcessEnv>;
  /** The address of the git remote `origin` here; undefined where there is none. */
  readonly originUrl: () => Promise<string | undefined>;
}

/**
 * The repository whose Actions run the workflows: the flag, else the setting, else GITHUB_REPOSITORY (set in a job of
 * GitHub Actions), else the git remote `origin` of the working directory.
 *
 * @throws OperatorError `dispatch_repository_unknown` or `repository_name_invalid`, exit 2
 */
export async function dispatchRepository(sources: DispatchRepositorySources): Promise<RepositoryName> {
  const given = sources.flag ?? sources.setting ?? (sources.env['GITHUB_REPOSITORY']?.trim() || undefined);
  if (given !== undefined) return parseRepositoryName(given);
  const origin = await sources.originUrl();
  const path = origin === undefined ? undefined : repositoryPath(origin);
  if (path !== undefined) return parseRepositoryName(path);
  throw new OperatorError('it is not known which repository runs the workflows', {
    code: 'dispatch_repository_unknown',
    exitCode: EXIT.usage,
    nextSteps: [
      'name it: --dispatch-repo OWNER/REPO',
      'or set actions.repository in .deadzonerc (DEADZONE_ACTIONS_REPOSITORY)',
      'or go to a checkout whose remote origin is that repository',
    ],
  });
}
