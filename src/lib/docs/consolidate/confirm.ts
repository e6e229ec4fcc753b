import type { ConsolidateEvent } from '../../progress/docs/consolidate-events.ts';
import { checkRows } from '../artifact/check-rows.ts';
import { withConnection } from '../artifact/database-file.ts';
import { asArtifactError, openArtifact } from '../artifact/open-artifact.ts';
import { slotName } from '../slot.ts';
import { type Contents, type Part, refusal } from './contents.ts';
import type { Plan } from './plan.ts';
import type { PreviousDatabase } from './previous-database.ts';
import { type ArtifactProblem, problemOf, type SurveyedArtifact } from './survey.ts';
import type { TakeTurn } from './turns.ts';

/** Reads every artifact through, so that a broken one is told even where nothing is to be done. */
export async function* confirm(
  plan: Plan,
  previous: PreviousDatabase,
  turn: TakeTurn,
): AsyncGenerator<ConsolidateEvent, Contents> {
  const parts: Part[] = [];
  const problems: ArtifactProblem[] = [];
  for (const slot of plan.slots) {
    await turn();
    const name = slotName(slot);
    const part = { name, documents: previous.slots.get(name)?.documents ?? 0 };
    const problem = slot.artifact === null ? null : await problemWith(slot.artifact);
    if (problem !== null) {
      problems.push(problem);
      yield refusal(problem);
    }
    parts.push({ ...part, source: slot.artifact === null || problem !== null ? 'previous' : 'artifact' });
  }
  return { parts, problems };
}

async function problemWith({ place }: SurveyedArtifact): Promise<ArtifactProblem | null> {
  try {
    const { uri, header, release } = await openArtifact(place);
    try {
      await asArtifactError(place, () =>
        withConnection(uri, { readOnly: true }, (database) => checkRows(database, header, place)),
      );
      return null;
    } finally {
      await release();
    }
  } catch (thrown) {
    return problemOf(place, thrown);
  }
}
