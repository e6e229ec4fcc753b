import { formatCount, formatQuantity } from '../../progress/format.ts';
import type { Consolidation } from './consolidate.ts';

/** Names in one line; the rest are counted, and `--json` has them all. */
const NAMED = 5;

const SCRAPE = 'capture-cli scrape';

/**
 * What an operator has to know of a consolidation, and what to type next.
 * @param options of a scrape that finds the same files, each with a blank before it
 */
export function consolidationLines(result: Consolidation, options: string): readonly string[] {
  const { database, libs, documents, kept, missing, removed, empty, problems } = result;
  const size = `${formatQuantity(libs, 'library', 'libraries')}, ${formatQuantity(documents, 'document')}`;
  const verdict = result.outcome === 'written' ? `${database}: ${size}` : `${database} is up to date: ${size}`;
  const steps = new Set(problems.flatMap(({ nextSteps }) => nextSteps));
  return [
    verdict,
    ...list('kept from the database so far', kept),
    ...list('missing, without an artifact', missing),
    ...list('left out, not in the registry any more', removed),
    ...list('without any document', empty),
    ...(problems.length === 0 ? [] : [`refused: ${formatQuantity(problems.length, 'artifact')}`]),
    ...[...steps].slice(0, NAMED).map((step) => `Next: ${step}${step.startsWith(SCRAPE) ? options : ''}`),
    ...(missing.length === 0 ? [] : [`Next: ${SCRAPE}${options}`]),
  ];
}

function list(words: string, names: readonly string[]): readonly string[] {
  if (names.length === 0) return [];
  const more = names.length > NAMED ? ` and ${formatCount(names.length - NAMED)} more` : '';
  return [`${words}: ${names.slice(0, NAMED).join(', ')}${more}`];
}
