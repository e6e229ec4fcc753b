import { basename, dirname } from 'node:path';
import { OperatorError } from '../../errors.ts';
import { ARTIFACT_FILE } from '../artifact/place.ts';
import { readArtifact } from '../artifact/read-artifact.ts';
import { findPrevious, isWhole } from './previous-database.ts';

/**
 * Checks a doc database: the artifact of one library by its name, else a consolidated one. Meta rows, tables, row counts
 * and SQLite's own check of the file have to be in order.
 *
 * @throws OperatorError `database_unusable`, and as `readArtifact` does
 */
export async function checkDocDatabase(path: string): Promise<void> {
  if (basename(path) === ARTIFACT_FILE) {
    await readArtifact({ folder: dirname(path), slot: null });
    return;
  }
  const found = await findPrevious(path);
  if (found.kind !== 'found') throw unusable(path, found.kind === 'none' ? 'it does not exist' : found.reason);
  try {
    if (!isWhole(found.previous)) throw unusable(path, 'it is damaged: the check of SQLite finds errors in it');
  } finally {
    await found.previous.release();
  }
}

function unusable(path: string, reason: string): OperatorError {
  return new OperatorError(`${path} cannot be used: ${reason}`, {
    code: 'database_unusable',
    nextSteps: ['make it anew from the artifacts: capture-cli consolidate'],
  });
}
