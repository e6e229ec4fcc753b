import { OperatorError } from '../../errors.ts';
import { EXIT } from '../../exit-codes.ts';
import { formatQuantity } from '../../progress/format.ts';
import { type Slot, slotName } from '../slot.ts';
import type { PackContents } from './pack-database.ts';
import { packText } from './pack-text.ts';

const MOST_NAMED = 10;

/**
 * Refuses a pack that is as good as empty.
 * @param floor least number of documents
 * @throws OperatorError `pack_below_floor`
 */
export function requireFloor(pack: PackContents, floor: number): void {
  if (pack.docCount >= floor && pack.libCount > 0) return;
  throw new OperatorError(`the database holds ${packText(pack)}; the least is ${formatQuantity(floor, 'document')}`, {
    code: 'pack_below_floor',
    nextSteps: ['build it anew: capture-cli scrape, then capture-cli consolidate', 'or give another floor: --floor N'],
  });
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
