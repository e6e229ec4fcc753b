import { statSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { messageOf, OperatorError } from '../../errors.ts';
import { EXIT } from '../../exit-codes.ts';
import { loadSqlite } from '../../sqlite.ts';
import { checkRows } from '../artifact/check-rows.ts';
import { withConnection } from '../artifact/database-file.ts';
import type { ArtifactHeader } from '../artifact/header.ts';
import { asArtifactError, openArtifact } from '../artifact/open-artifact.ts';
import { type ArtifactPlace, artifactPath } from '../artifact/place.ts';
import { storedHash } from '../artifact/stored-hash.ts';
import type { EmbedderIdentity } from '../embed/embedder.ts';
import { type Slot, slotName } from '../slot.ts';
import type { TakeTurn } from './turns.ts';

/** An artifact that can go into a database, as far as its meta rows tell. */
export interface SurveyedArtifact extends Pick<Slot, 'libId' | 'version'> {
  readonly place: ArtifactPlace;
  readonly identity: EmbedderIdentity;
  readonly contentHash: string;
  readonly header: ArtifactHeader;
  /** Another one once the file was replaced or written to. */
  readonly fileState: string;
}

/** What tells one state of a file from another: artifacts are replaced by renaming, which gives another inode. */
export function fileStateOf({ folder }: ArtifactPlace): string {
  const { dev, ino, size, mtimeMs, ctimeMs } = statSync(artifactPath(folder));
  return [dev, ino, size, mtimeMs, ctimeMs].join(' ');
}

/** An artifact that cannot. */
export interface ArtifactProblem {
  /** By the registry; null where it knows no such folder. */
  readonly slot: string | null;
  readonly path: string;
  /** `artifact_damaged` and its like. */
  readonly code: string;
  /** Names library and file. */
  readonly message: string;
  readonly nextSteps: readonly string[];
}

export interface Survey {
  /** By `slotName`. */
  readonly artifacts: ReadonlyMap<string, SurveyedArtifact>;
  readonly problems: readonly ArtifactProblem[];
}

/**
 * Looks at every artifact in a folder, without changing any. Empty when there is no such folder.
 * @param slots the registry's, to say whose folder it is
 * @throws OperatorError `artifacts_unreadable`
 */
export async function survey(folder: string, slots: readonly Slot[], turn: TakeTurn): Promise<Survey> {
  const bySlug = new Map(slots.map((slot) => [slot.slug, slot]));
  const artifacts = new Map<string, SurveyedArtifact>();
  const problems: ArtifactProblem[] = [];
  const { DatabaseSync } = loadSqlite();
  const connection = new DatabaseSync(':memory:');
  try {
    for (const name of await artifactFolders(folder)) {
      await turn();
      const place = { folder: join(folder, name), slot: bySlug.get(name) ?? null };
      try {
        const artifact = await look(place, connection);
        artifacts.set(slotName(artifact), artifact);
      } catch (thrown) {
        problems.push(problemOf(place, thrown));
      }
    }
  } finally {
    connection.close();
  }
  return { artifacts, problems };
}

/** @throws what is thrown, when it is not about the artifact */
export function problemOf(place: ArtifactPlace, thrown: unknown): ArtifactProblem {
  if (!(thrown instanceof OperatorError)) throw thrown;
  const { code, message, nextSteps } = thrown;
  const slot = place.slot === null ? null : slotName(place.slot);
  return { slot, path: artifactPath(place.folder), code, message, nextSteps };
}

/** Names of the folders that hold an artifact, in order. Hidden ones are nobody's. */
async function artifactFolders(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder).catch((thrown: NodeJS.ErrnoException) => {
    if (thrown.code === 'ENOENT') return [];
    throw new OperatorError(`the folder of the artifacts cannot be read: ${messageOf(thrown)}`, {
      code: 'artifacts_unreadable',
      exitCode: EXIT.usage,
      nextSteps: ['name another: --artifacts DIR', `or check who may read it: ls -ld ${folder}`],
      cause: thrown,
    });
  });
  const names = entries.filter((name) => !name.startsWith('.'));
  return names.filter((name) => mayHoldArtifact(join(folder, name))).toSorted();
}

/** True also where it cannot be told: whoever opens it then says why. */
function mayHoldArtifact(folder: string): boolean {
  try {
    return statSync(artifactPath(folder), { throwIfNoEntry: false }) !== undefined;
  } catch {
    return true;
  }
}

async function look(place: ArtifactPlace, connection: DatabaseSync): Promise<SurveyedArtifact> {
  const fileState = await asArtifactError(place, () => fileStateOf(place));
  const { header, uri, release } = await openArtifact(place, connection);
  try {
    const { libId, version, identity } = header;
    const contentHash =
      header.contentHash ??
      (await asArtifactError(place, () =>
        withConnection(uri, { readOnly: true }, (database) => {
          checkRows(database, header, place);
          return storedHash(database, header);
        }),
      ));
    return { libId, version, identity, contentHash, header, place, fileState };
  } finally {
    await release();
  }
}
