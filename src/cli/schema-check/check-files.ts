import { join, resolve } from 'node:path';
import type { Clock } from '../../lib/clock.ts';
import { OperatorError } from '../../lib/errors.ts';
import { EXIT } from '../../lib/exit-codes.ts';
import { findRepository } from '../../lib/git/repository.ts';
import { dayOf } from '../../lib/installs/days.ts';
import type { CheckOptions } from '../../lib/installs/schema-check/check-files.ts';
import { checkFile } from './check-file.ts';
import type { CheckedFile } from './file-finding.ts';
import { readInFolder, readStaged } from './read-checked.ts';

export interface CheckCapabilities {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Says one line to the operator. */
  readonly tell: (line: string) => void;
  /** Path of the installs cache of the settings. */
  readonly cache: () => Promise<string>;
}

export interface CheckRequest extends Pick<CheckOptions, 'against' | 'baseRef'> {
  /** Those that are known where none is named. */
  readonly files: readonly string[];
  /** What the next commit has instead of what is in the folder. */
  readonly staged: boolean;
  /** Fields of the cache whose fall is to be allowed first. */
  readonly allow: readonly string[];
  readonly reason: string;
}

/**
 * Checks the files of a request, or those of the checkout that this program is run in.
 *
 * @throws OperatorError exit 2: `usage`; as `allowFalls`, `knownFiles` and `checkFile` do
 */
export async function checkFiles(
  capabilities: CheckCapabilities,
  request: CheckRequest,
): Promise<readonly CheckedFile[]> {
  const { files, staged, against, baseRef } = request;
  if (staged && files.length > 0) throw stagedFile();
  if (staged) await findRepository(join(process.cwd(), 'any'));
  const today = dayOf(capabilities.clock.now());
  const options: CheckOptions = { against, baseRef, today, readText: staged ? readStaged : readInFolder };
  if (request.allow.length > 0) await allow(capabilities, request);
  const checked: CheckedFile[] = [];
  for (const file of files.length > 0 ? files : await known(capabilities, staged, options)) {
    checked.push(await checkFile(file, options));
  }
  return checked;
}

async function known({ cache }: CheckCapabilities, staged: boolean, options: CheckOptions): Promise<readonly string[]> {
  const { knownFiles } = await import('./known-files.ts');
  return await knownFiles(process.cwd(), { cache: await cache(), staged }, options);
}

async function allow(
  { clock, signal, tell, cache: ofSettings }: CheckCapabilities,
  { files: [named], allow: fields, reason, against, baseRef }: CheckRequest,
): Promise<void> {
  const cache = named === undefined ? await ofSettings() : resolve(named);
  const { allowFalls } = await import('../../lib/installs/schema-check/allow.ts');
  const onWait = (): void => tell(`another refresh is at work on ${cache}: waiting`);
  const added = await allowFalls({ clock, signal, onWait }, cache, { fields, reason, against, baseRef });
  for (const entry of added) {
    if (entry.entry === 'allowance') tell(`allowed: ${entry.field} ${entry.from} -> ${entry.to}`);
  }
}

function stagedFile(): OperatorError {
  return new OperatorError('--staged checks everything that is staged, and takes no FILE', {
    code: 'usage',
    exitCode: EXIT.usage,
    nextSteps: ['capture-cli schema-check --staged', 'or check the file as it is in the folder, without --staged'],
  });
}
