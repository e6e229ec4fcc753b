import { createHash } from 'node:crypto';
import { createReadStream, openAsBlob } from 'node:fs';
import { stat } from 'node:fs/promises';
import { OperatorError } from '../../errors.ts';
import { EXIT } from '../../exit-codes.ts';
import type { WantedPair } from './asset-steps.ts';
import { type PackContents, readPack } from './pack-database.ts';

/** The names that deadzone's server looks for. */
export const DATABASE_ASSET = 'deadzone.db';
export const CHECKSUM_ASSET = 'deadzone.db.sha256';

/** A consolidated database that can be released: one file, whole. */
export interface ReleaseFile {
  readonly contents: PackContents;
  readonly pair: WantedPair;
  /** The line of `deadzone.db.sha256`. */
  readonly checksum: string;
  /** Read when it is sent, not before. */
  readonly blobs: ReadonlyMap<string, Blob>;
}

/**
 * Reads a consolidated database for a release.
 *
 * @throws OperatorError as `readPack`, and `database_unsettled` (exit 2) where rows are in a log beside the file, which
 *   a release would leave behind
 */
export async function readReleaseFile(path: string): Promise<ReleaseFile> {
  for (const log of [`${path}-wal`, `${path}-journal`]) {
    if (((await stat(log).catch(() => undefined))?.size ?? 0) > 0) throw unsettled(path, log);
  }
  const contents = await readPack(path);
  const hash = createHash('sha256');
  let size = 0;
  for await (const chunk of createReadStream(path)) {
    hash.update(chunk);
    size += chunk.length;
  }
  const sha256 = hash.digest('hex');
  const checksum = `${sha256}  ${DATABASE_ASSET}\n`;
  return {
    contents,
    checksum,
    pair: {
      database: { name: DATABASE_ASSET, sha256, size },
      checksum: {
        name: CHECKSUM_ASSET,
        sha256: createHash('sha256').update(checksum).digest('hex'),
        size: Buffer.byteLength(checksum),
      },
    },
    blobs: new Map([
      [DATABASE_ASSET, await openAsBlob(path)],
      [CHECKSUM_ASSET, new Blob([checksum])],
    ]),
  };
}

function unsettled(path: string, log: string): OperatorError {
  return new OperatorError(`${path} is not complete by itself: ${log} holds rows that are not in it yet`, {
    code: 'database_unsettled',
    exitCode: EXIT.usage,
    nextSteps: [
      'end the program that has it open',
      `then write them into it: sqlite3 ${path} 'PRAGMA wal_checkpoint(TRUNCATE)'`,
      'or build it anew: capture-cli consolidate',
    ],
  });
}
