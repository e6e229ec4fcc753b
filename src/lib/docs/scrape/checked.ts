import { join } from 'node:path';
import { STATE_FILE } from '../artifact/place.ts';
import type { Artifact } from '../artifact/read-artifact.ts';
import { readStateTimes, timestamp, writeState } from '../artifact/state-file.ts';
import type { Slot } from '../slot.ts';

/** When a slot was found to be up to date last, in milliseconds since the epoch; null where nobody wrote that down. */
export async function checkedAt(folder: string): Promise<number | null> {
  const { updatedAt } = await readStateTimes(join(folder, STATE_FILE));
  return updatedAt === undefined ? null : Date.parse(updatedAt);
}

/** Writes down that the artifact of a slot is up to date; the artifact itself is left alone. */
export async function markChecked(folder: string, slot: Slot, artifact: Artifact, now: number): Promise<void> {
  const path = join(folder, STATE_FILE);
  const { createdAt } = await readStateTimes(path);
  await writeState(path, {
    slot,
    identity: artifact.identity,
    docCount: artifact.documents.length,
    createdAt: createdAt ?? timestamp(now),
    updatedAt: timestamp(now),
  });
}
