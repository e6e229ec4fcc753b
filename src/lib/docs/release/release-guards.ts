import { OperatorError } from '../../errors.ts';
import { EXIT } from '../../exit-codes.ts';
import { type Slot, slotName } from '../slot.ts';
import type { PackContents } from './pack-database.ts';

/** How much a doc pack holds. */
export interface PackSize {
  readonly libCount: number;
  readonly docCount: number;
}

const MOST_NAMED = 10;

/**
 * Refuses a pack that is as good as empty.
 * @param floor least number of documents
 * @throws OperatorError `pack_below_floor`
 */
export function requireFloor({ libCount, docCount }: PackSize, floor: number): void {
  if (docCount >= floor && libCount > 0) return;
  throw new OperatorError(`the database holds ${docCount} documents of ${libCount} libraries; the least is ${floor}`, {
    code: 'pack_below_floor',
    nextSteps: ['build it anew: capture-cli scrape, then capture-cli consolidate', 'or give another floor: --floor N'],
  });
}

/**
 * Refuses a pack that has lost more than `maxShrink` percent of the libraries or of the documents of an earlier one.
 * @param earlier with words for what it is: `the release v0.7.4 of the manifest`
 * @throws OperatorError `pack_shrunk`
 */
export function requireNoShrink(
  pack: PackSize,
  earlier: PackSize & { readonly name: string },
  maxShrink: number,
): void {
  for (const [key, noun] of [
    ['docCount', 'documents'],
    ['libCount', 'libraries'],
  ] as const) {
    const lost = earlier[key] === 0 ? 0 : ((earlier[key] - pack[key]) / earlier[key]) * 100;
    if (lost <= maxShrink) continue;
    const message = `the database holds ${pack[key]} ${noun}, ${lost.toFixed(1)} % less than the ${earlier[key]} of ${earlier.name}; at most ${maxShrink} % may be lost`;
    throw new OperatorError(message, {
      code: 'pack_shrunk',
      nextSteps: [
        'see which libraries are missing: capture-cli coverage',
        `if that is meant, allow it: --max-shrink ${Math.ceil(lost)}`,
      ],
    });
  }
}

/** The slots of the registry that a pack does not hold. */
export function missingSlots({ libraries }: PackContents, slots: readonly Slot[]): readonly Slot[] {
  const held = new Set(libraries.map(slotName));
  return slots.filter((slot) => !held.has(slotName(slot)));
}

/** @throws OperatorError `pack_partial` (exit 2) when any slot is missing and nobody said why that is right */
export function requireComplete(missing: readonly Slot[], allowedBecause: string | undefined): void {
  if (missing.length === 0 || allowedBecause !== undefined) return;
  const more = missing.length > MOST_NAMED ? ` and ${missing.length - MOST_NAMED} more` : '';
  const names = missing.slice(0, MOST_NAMED).map(slotName).join(', ');
  throw new OperatorError(`the database lacks ${missing.length} of the registry's libraries: ${names}${more}`, {
    code: 'pack_partial',
    exitCode: EXIT.usage,
    nextSteps: [
      'scrape what is missing, then consolidate: capture-cli scrape && capture-cli consolidate',
      'or say why it may be released so: --allow-partial REASON',
    ],
  });
}
