import { stat } from 'node:fs/promises';
import type { Clock } from '../../clock.ts';
import type { ProgressEvent } from '../../progress/events.ts';
import { identityText, sameIdentity } from '../artifact/schema.ts';
import type { EmbedderIdentity } from '../embed/embedder.ts';
import type { Registry } from '../registry/registry.ts';
import { type Baseline, refuseShrinking } from '../shrink.ts';
import { slotName } from '../slot.ts';
import { build } from './build.ts';
import { confirm } from './confirm.ts';
import { holdingsOf, refusal } from './contents.ts';
import { type Plan, type PlannedSlot, planDatabase } from './plan.ts';
import { findPrevious, isWhole, type PreviousDatabase } from './previous-database.ts';
import { type ArtifactProblem, survey } from './survey.ts';
import { takeTurns } from './turns.ts';

export interface ConsolidateOptions {
  readonly registry: Registry;
  /** Folder of the artifacts. */
  readonly artifacts: string;
  /** File to write. */
  readonly database: string;
  readonly keepRemoved: boolean;
  /** Percent of libraries and of documents that may be lost. */
  readonly maxShrink: number;
  /** The pack that was released last; null when there was none. */
  readonly released: Baseline | null;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** What became of a consolidation. Slots are given by their names. */
export interface Consolidation {
  readonly outcome: 'written' | 'unchanged';
  readonly database: string;
  readonly embedder: EmbedderIdentity;
  readonly libs: number;
  readonly documents: number;
  readonly bytes: number;
  /** From the previous database, for want of a sound artifact. */
  readonly kept: readonly string[];
  /** In the registry and not in the database. */
  readonly missing: readonly string[];
  /** Not in the registry any more, and left out. */
  readonly removed: readonly string[];
  /** In the database without a document. */
  readonly empty: readonly string[];
  /** Artifacts that were refused. */
  readonly problems: readonly ArtifactProblem[];
  readonly elapsedMs: number;
}

/**
 * Makes one database of all artifacts. A damaged artifact is refused and told; its library keeps the state that the
 * previous database has, and the others are not affected. The database is replaced whole or not at all; its bytes
 * depend on the contents of the artifacts only, and when those are what the database has already, it is left alone.
 *
 * @throws OperatorError `artifacts_unreadable`, `mixed_embedders`, `database_would_shrink`, `no_artifacts`, `database_not_written`,
 *   `database_in_use`; then the database is as it was
 */
export async function* consolidate(options: ConsolidateOptions): AsyncGenerator<ProgressEvent, Consolidation> {
  const { registry, artifacts, database, keepRemoved, maxShrink, released, clock, signal } = options;
  const startedAt = clock.now();
  const turn = takeTurns(clock, signal);
  yield { event: 'consolidate.started', registry: registry.path, artifacts, database, slots: registry.slots.length };
  const finding = await findPrevious(database);
  const previous = finding.kind === 'found' ? finding.previous : null;
  try {
    if (finding.kind === 'unusable') {
      const message = `${database} cannot be read and is built anew: ${finding.reason}`;
      yield { event: 'notice.raised', level: 'warning', message };
    }
    const found = await survey(artifacts, registry.slots, turn);
    for (const problem of found.problems) yield refusal(problem);
    const plan = planDatabase({ registry: registry.slots, survey: found, previous, keepRemoved });
    yield { event: 'consolidate.planned', slots: plan.slots.length, embedder: identityText(plan.identity) };

    const isUnchanged = previous !== null && isSame(plan, previous) && isWhole(previous);
    const { parts, problems } = isUnchanged
      ? yield* confirm(plan, previous, turn)
      : yield* build(plan, previous, database, turn, (now, lost) => {
          const soFar = previous === null ? [] : [baselineOf(previous)];
          refuseShrinking(
            'consolidate',
            database,
            now,
            [...soFar, ...(released === null ? [] : [released])],
            maxShrink,
            lost,
          );
        });

    const present = new Set(parts.map(({ name }) => name));
    const refused = [...found.problems, ...problems];
    const refusedSlots = new Set(refused.map(({ slot }) => slot));
    const wanted = [...registry.slots, ...plan.slots].map(slotName);
    const result: Consolidation = {
      outcome: isUnchanged ? 'unchanged' : 'written',
      database,
      embedder: plan.identity,
      ...holdingsOf(parts),
      bytes: (await stat(database)).size,
      kept: parts.filter(({ source }) => source === 'previous').map(({ name }) => name),
      missing: [...new Set(wanted)].filter((name) => !present.has(name) && !refusedSlots.has(name)),
      removed: plan.removed,
      empty: parts.filter(({ documents }) => documents === 0).map(({ name }) => name),
      problems: refused,
      elapsedMs: clock.now() - startedAt,
    };
    const { outcome, libs, documents, bytes, elapsedMs } = result;
    const counts = { libs, documents, bytes, refused: refused.length, missing: result.missing.length };
    yield { event: 'consolidate.finished', outcome, database, ...counts, elapsedMs };
    return result;
  } finally {
    await previous?.release();
  }
}

/** Whether the database has exactly what is planned. Says nothing about whether the artifacts are whole. */
function isSame({ slots, identity }: Plan, previous: PreviousDatabase): boolean {
  const isHeld = (slot: PlannedSlot) => {
    const held = previous.slots.get(slotName(slot))?.contentHash ?? null;
    return held !== null && (slot.artifact === null || slot.artifact.contentHash === held);
  };
  return sameIdentity(identity, previous.identity) && slots.length === previous.slots.size && slots.every(isHeld);
}

function baselineOf({ slots, documents }: PreviousDatabase): Baseline {
  return { name: 'the database so far', libs: slots.size, documents };
}
