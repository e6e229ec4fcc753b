import { OperatorError } from '../../errors.ts';
import { formatQuantity } from '../../progress/format.ts';
import { artifactPath } from '../artifact/place.ts';
import { identityText, sameIdentity } from '../artifact/schema.ts';
import type { EmbedderIdentity } from '../embed/embedder.ts';
import { type Slot, slotArgument, slotName } from '../slot.ts';
import type { PreviousDatabase } from './previous-database.ts';
import type { Survey, SurveyedArtifact } from './survey.ts';

/** One library at one version of the database to be: from its artifact, or kept from the previous database. */
export interface PlannedSlot extends Pick<Slot, 'libId' | 'version'> {
  readonly artifact: SurveyedArtifact | null;
  /** Whether the previous database has it and vectors of the same embedder. */
  readonly isKeepable: boolean;
}

export interface Plan {
  readonly identity: EmbedderIdentity;
  /** By library and version, which is the order in the database. */
  readonly slots: readonly PlannedSlot[];
  /** Slots of the registry of which there is neither an artifact nor a previous state. */
  readonly missing: readonly string[];
  /** What the previous database or the artifacts' folder has and the registry has no more. */
  readonly removed: readonly string[];
}

export interface PlanInput {
  readonly registry: readonly Slot[];
  readonly survey: Survey;
  readonly previous: PreviousDatabase | null;
  /** Whether what left the registry stays in the database. */
  readonly keepRemoved: boolean;
}

/**
 * Decides what a database consists of. The registry says what belongs there.
 * @throws OperatorError `mixed_embedders`, which names the odd ones
 */
export function planDatabase({ registry, survey, previous, keepRemoved }: PlanInput): Plan {
  const wanted = new Map<string, Pick<Slot, 'libId' | 'version'>>(registry.map((slot) => [slotName(slot), slot]));
  const others: readonly (readonly [string, Pick<Slot, 'libId' | 'version'>])[] = [
    ...survey.artifacts.entries(),
    ...(previous?.slots.entries() ?? []),
  ];
  const removed = new Map(others.filter(([name]) => !wanted.has(name)));
  if (keepRemoved) for (const [name, slot] of removed) wanted.set(name, slot);

  const artifacts = [...wanted.keys()].flatMap((name) => survey.artifacts.get(name) ?? []);
  const identity = commonIdentity(artifacts) ?? previous?.identity;
  if (identity === undefined) throw nothingToConsolidate();
  const isComparable = previous !== null && sameIdentity(previous.identity, identity);
  const slots = [...wanted.entries()].map(([name, { libId, version }]) => ({
    libId,
    version,
    artifact: survey.artifacts.get(name) ?? null,
    isKeepable: isComparable && previous.slots.has(name),
  }));
  return {
    identity,
    slots: slots.filter(({ artifact, isKeepable }) => artifact !== null || isKeepable).toSorted(byLibraryAndVersion),
    missing: slots.filter(({ artifact, isKeepable }) => artifact === null && !isKeepable).map(slotName),
    removed: keepRemoved ? [] : [...removed.keys()].toSorted(),
  };
}

/** Vectors of different embedders cannot be compared, so that a search would find nonsense. */
function commonIdentity(artifacts: readonly SurveyedArtifact[]): EmbedderIdentity | undefined {
  const groups = Map.groupBy(artifacts, ({ identity }) => identityText(identity));
  const [common, ...odd] = [...groups.values()].toSorted((one, other) => other.length - one.length);
  if (odd.length === 0) return common?.[0]?.identity;
  const all = odd.flat();
  const named = all.map((artifact) => {
    return `${slotName(artifact)}: ${artifactPath(artifact.place.folder)} is of ${identityText(artifact.identity)}`;
  });
  const most = common?.[0] === undefined ? '' : identityText(common[0].identity);
  const few = formatQuantity(all.length, 'artifact is', 'artifacts are');
  throw new OperatorError(
    `${few} of another embedder than ${most}, which made the other ${common?.length ?? 0}:\n${named.join('\n')}`,
    {
      code: 'mixed_embedders',
      nextSteps: all.slice(0, 3).map((artifact) => `capture-cli scrape ${slotArgument(artifact)}`),
    },
  );
}

function nothingToConsolidate(): OperatorError {
  return new OperatorError('there is no artifact of any library in the registry, and no database so far', {
    code: 'no_artifacts',
    nextSteps: ['make them first: capture-cli scrape'],
  });
}

function byLibraryAndVersion(one: PlannedSlot, other: PlannedSlot): number {
  return compare(one.libId, other.libId) || compare(one.version, other.version);
}

function compare(one: string, other: string): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}
