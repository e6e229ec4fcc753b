import { didYouMean } from '../../did-you-mean.ts';
import { OperatorError } from '../../errors.ts';
import { EXIT } from '../../exit-codes.ts';
import { isNamedVersion, type Slot, slotArgument, slotName } from '../slot.ts';
import type { Registry } from './registry.ts';

export interface SlotFilter {
  /** A library (`/org/project`), or one version of it (`/org/project/1.14`, `/org/project@1.14`). */
  readonly lib?: string | undefined;
  /** Only with `lib`. */
  readonly version?: string | undefined;
}

/**
 * The slots that a filter names, in the registry's order; all of them without one.
 *
 * @throws OperatorError `version_without_lib` (exit 2), `no_library_matches` (exit 1) with what was probably meant
 */
export function selectSlots(registry: Registry, { lib, version }: SlotFilter): readonly Slot[] {
  if (lib === undefined) {
    if (version === undefined) return registry.slots;
    throw new OperatorError('--version requires --lib', {
      code: 'version_without_lib',
      exitCode: EXIT.usage,
      nextSteps: [`name the library too: --lib /org/project --version ${version}`],
    });
  }
  const found = registry.slots.filter((slot) => slot.libId === lib && (version ?? slot.version) === slot.version);
  if (found.length > 0) return found;
  const joined = version === undefined ? registry.slots.filter((slot) => isNamedVersion(slot, lib)) : [];
  if (joined.length > 0) return joined;
  throw noMatch(registry, lib, version);
}

function noMatch(registry: Registry, lib: string, version: string | undefined): OperatorError {
  const wanted = version === undefined ? '' : ` --version "${version}"`;
  const versions = registry.slots.filter((slot) => slot.libId === lib);
  const libIds = [...new Set(registry.slots.map(({ libId }) => libId))];
  const meant = didYouMean(lib, [...libIds, ...registry.slots.map(slotArgument)]);
  const hint =
    versions.length > 0
      ? [`it has: ${versions.map((slot) => slotName(slot)).join(', ')}`]
      : meant === undefined
        ? []
        : [`did you mean --lib ${meant}?`];
  return new OperatorError(`no libraries match --lib "${lib}"${wanted} in ${registry.path}`, {
    code: 'no_library_matches',
    nextSteps: [...hint, 'see what there is: capture-cli list'],
  });
}
