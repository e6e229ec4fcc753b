import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { scheduler } from 'node:timers/promises';
import type { ConsolidateEvent } from '../../progress/docs/consolidate-events.ts';
import { type DatabaseReplacement, replaceDatabase } from '../artifact/replace-database.ts';
import { asWriteFailure } from '../artifact/write-failure.ts';
import type { Holdings } from '../shrink.ts';
import { slotName } from '../slot.ts';
import { type Contents, holdingsOf, type Part, refusal } from './contents.ts';
import { Merge } from './merge.ts';
import type { Plan, PlannedSlot } from './plan.ts';
import type { PreviousDatabase } from './previous-database.ts';
import { type ArtifactProblem, problemOf } from './survey.ts';
import type { TakeTurn } from './turns.ts';

/**
 * Copies all slots into a new database and puts that in place.
 * @param accept throws when the new database must not take the place of the old one
 * @throws OperatorError `database_not_written`, `database_in_use`, and what `accept` throws
 */
export async function* build(
  plan: Plan,
  previous: PreviousDatabase | null,
  database: string,
  turn: TakeTurn,
  accept: (now: Holdings, lost: readonly string[]) => void,
): AsyncGenerator<ConsolidateEvent, Contents> {
  const parts: Part[] = [];
  const problems: ArtifactProblem[] = [];
  let replacement: DatabaseReplacement | undefined;
  try {
    await mkdir(dirname(database), { recursive: true });
    replacement = await replaceDatabase(database);
    const merge = new Merge(replacement.database, plan.identity);
    for (const slot of plan.slots) {
      await turn();
      const { part, problem } = await mergeSlot(merge, slot, previous);
      if (problem !== null) {
        problems.push(problem);
        yield refusal(problem);
      }
      if (part === null) continue;
      parts.push(part);
      replacement.syncAhead();
      yield { event: 'slot.consolidated', slot: part.name, documents: part.documents, source: part.source };
    }
    // Ctrl-C during the last slots is heard before the database takes its place.
    await scheduler.yield();
    await turn();
    const present = new Set(parts.map(({ name }) => name));
    accept(
      holdingsOf(parts),
      [...(previous?.slots.keys() ?? [])].filter((name) => !present.has(name)),
    );
    await replacement.commit();
    return { parts, problems };
  } catch (thrown) {
    // The artifacts were found sound before they were copied: what fails then is the writing.
    throw asWriteFailure(thrown, database);
  } finally {
    await replacement?.discard();
  }
}

/** The slot from its artifact, or from the previous database when there is no sound one. */
async function mergeSlot(
  merge: Merge,
  slot: PlannedSlot,
  previous: PreviousDatabase | null,
): Promise<{ readonly part: Part | null; readonly problem: ArtifactProblem | null }> {
  const name = slotName(slot);
  let problem: ArtifactProblem | null = null;
  if (slot.artifact !== null) {
    try {
      const documents = await merge.addArtifact(slot.artifact);
      return { part: { name, documents, source: 'artifact' }, problem };
    } catch (thrown) {
      problem = problemOf(slot.artifact.place, thrown);
    }
  }
  const documents = slot.isKeepable && previous !== null ? merge.addPrevious(previous, slot) : null;
  return { part: documents === null ? null : { name, documents, source: 'previous' }, problem };
}
