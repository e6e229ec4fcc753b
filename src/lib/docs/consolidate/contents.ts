import type { ConsolidateEvent } from '../../progress/docs/consolidate-events.ts';
import type { Holdings } from '../shrink.ts';
import type { ArtifactProblem } from './survey.ts';

/** What of a slot is in the database, or would be. */
export interface Part {
  readonly name: string;
  readonly documents: number;
  readonly source: 'artifact' | 'previous';
}

export interface Contents {
  readonly parts: readonly Part[];
  /** Refused while they were read through. */
  readonly problems: readonly ArtifactProblem[];
}

/** What all parts come to. */
export function holdingsOf(parts: readonly Part[]): Holdings {
  return { libs: parts.length, documents: parts.reduce((sum, { documents }) => sum + documents, 0) };
}

export function refusal({ slot, path, code, message }: ArtifactProblem): ConsolidateEvent {
  return { event: 'slot.refused', slot, path, code, message };
}
