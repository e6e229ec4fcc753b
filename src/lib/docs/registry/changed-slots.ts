import { basename } from 'node:path';
import { OperatorError } from '../../errors.ts';
import { resolveCommit, textAt } from '../../git/named-revision.ts';
import { findRepository } from '../../git/repository.ts';
import { type Slot, slotName } from '../slot.ts';
import { parseRegistry, type Registry } from './registry.ts';

export interface ChangedSlots {
  readonly slots: readonly Slot[];
  /** Why every slot counts as changed: that revision has no registry, or none that can be read. */
  readonly incomparable?: string;
}

/**
 * Those slots of a registry whose `cacheHash` the registry of a git revision does not have: they are new, or their kind, ref or
 * addresses have changed.
 *
 * @throws OperatorError exit 2: `revision_unknown`, and as `findRepository` does
 */
export async function changedSlots({ path, slots }: Registry, revision: string): Promise<ChangedSlots> {
  const repository = await findRepository(path);
  const { commit } = await resolveCommit(repository, revision);
  const source = await textAt(repository, commit, repository.path);
  if (source === null) return { slots, incomparable: `${revision} has no ${basename(path)}` };
  try {
    const before = new Map(
      parseRegistry(`${revision}:${basename(path)}`, source).slots.map((slot) => [slotName(slot), slot.cacheHash]),
    );
    return { slots: slots.filter((slot) => before.get(slotName(slot)) !== slot.cacheHash) };
  } catch (thrown) {
    if (!(thrown instanceof OperatorError)) throw thrown;
    return { slots, incomparable: `the registry of ${revision} cannot be read: ${thrown.message}` };
  }
}
