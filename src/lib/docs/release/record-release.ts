import { readFile } from 'node:fs/promises';
import { OperatorError } from '../../errors.ts';
import { EXIT } from '../../exit-codes.ts';
import type { GitHubClient } from '../../github/client.ts';
import { type CommittedFiles, commitFiles } from '../../github/repository/commit-files.ts';
import type { RepositoryName } from '../../github/repository/repository-name.ts';
import { readIfPresent } from '../../read-if-present.ts';
import { loadManifest } from './manifest.ts';

export interface RecordInputs {
  readonly repository: RepositoryName;
  readonly branch: string;
  /** The commit that was checked out when the release was made. */
  readonly base: string;
  /** The tag that was released. */
  readonly tag: string;
  /** Paths below the root of the repository. */
  readonly manifest: string;
  readonly coverage: string;
}

/**
 * Commits the manifest of a release, and the coverage beside it where there is one, to a branch.
 *
 * @throws OperatorError `manifest_of_another_tag` (exit 2); else as `loadManifest` and `commitFiles` do
 */
export async function recordRelease(
  github: GitHubClient,
  { repository, branch, base, tag, manifest, coverage }: RecordInputs,
  signal: AbortSignal,
): Promise<CommittedFiles> {
  const release = await loadManifest(manifest);
  if (release?.tag !== tag) {
    throw new OperatorError(`${manifest} is of ${release?.tag ?? 'no release'}, not of ${tag}: it is not committed`, {
      code: 'manifest_of_another_tag',
      exitCode: EXIT.usage,
      nextSteps: [`release it first: capture-cli dbrelease --tag ${tag}`],
    });
  }
  const files = new Map([[manifest, await readFile(manifest, 'utf8')]]);
  const counted = await readIfPresent(coverage);
  if (counted !== null) files.set(coverage, counted);
  const message = `chore(release): update manifest for ${tag}`;
  return await commitFiles(github, repository, { branch, base, message, files }, signal);
}
