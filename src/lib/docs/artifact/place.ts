import { join } from 'node:path';
import { OperatorError } from '../../errors.ts';
import { type Slot, slotArgument, slotName } from '../slot.ts';

export const ARTIFACT_FILE = 'artifact.db';
export const STATE_FILE = 'state.yaml';

/** Where an artifact is, and whose it should be: for errors that say both. */
export interface ArtifactPlace {
  /** `artifacts/<slug>` */
  readonly folder: string;
  /** What the registry keeps in that folder; null where it knows none. */
  readonly slot: Pick<Slot, 'libId' | 'version'> | null;
}

/** What can be wrong with an artifact. */
export type ArtifactFault =
  | 'artifact_missing'
  | 'artifact_empty'
  | 'artifact_damaged'
  | 'artifact_schema'
  | 'artifact_embedder'
  | 'artifact_misplaced'
  | 'artifact_duplicate';

export function artifactPath(folder: string): string {
  return join(folder, ARTIFACT_FILE);
}

/**
 * An artifact that cannot be used: which library, which file, what is wrong with it, how to make it anew.
 * @param details `remedy` is what to do in the place of making it anew
 */
export function refusedArtifact(
  { folder, slot }: ArtifactPlace,
  fault: ArtifactFault,
  words: string,
  { cause, remedy }: { readonly cause?: unknown; readonly remedy?: string | undefined } = {},
): OperatorError {
  const name = slot === null ? 'not in the registry' : slotName(slot);
  const anew =
    slot === null ? `remove it when nobody needs it: rm -r ${folder}` : `capture-cli scrape ${slotArgument(slot)}`;
  return new OperatorError(`${name}: ${artifactPath(folder)} ${words}`, {
    code: fault,
    nextSteps: [remedy ?? anew],
    cause,
  });
}
