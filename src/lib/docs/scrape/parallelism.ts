import { OperatorError } from '../../errors.ts';
import { EXIT } from '../../exit-codes.ts';
import type { SourceKind } from '../slot.ts';

/** The kinds that have a bound of their own; reStructuredText has that of Markdown. */
const BOUNDS = {
  'github-md': { env: 'DEADZONE_SCRAPE_PARALLEL_GITHUB_MD', standard: 4 },
  'scrape-via-agent': { env: 'DEADZONE_SCRAPE_PARALLEL_SCRAPE_VIA_AGENT', standard: 1 },
  godoc: { env: 'DEADZONE_SCRAPE_PARALLEL_GODOC', standard: 2 },
} as const;

export type BoundedKind = keyof typeof BOUNDS;

/**
 * How many libraries of each kind are scraped at the same time: by the flag, else by the environment, where a value that
 * is no positive number counts as none, else as deadzone does (doc-pack format, section 3.1).
 *
 * @throws OperatorError `parallel_invalid`, exit 2
 */
export function parallelism(
  flags: Readonly<Record<BoundedKind, number | undefined>>,
  env: Readonly<NodeJS.ProcessEnv>,
): Readonly<Record<SourceKind, number>> {
  const bound = (kind: BoundedKind): number => {
    const flag = flags[kind];
    if (flag !== undefined && flag < 1) throw tooFew(kind, flag);
    return flag ?? positive(env[BOUNDS[kind].env]) ?? BOUNDS[kind].standard;
  };
  const pages = bound('github-md');
  return {
    'github-md': pages,
    'github-rst': pages,
    'scrape-via-agent': bound('scrape-via-agent'),
    godoc: bound('godoc'),
  };
}

function positive(text: string | undefined): number | undefined {
  return /^[1-9]\d*$/.test(text?.trim() ?? '') ? Number(text) : undefined;
}

function tooFew(kind: BoundedKind, given: number): OperatorError {
  return new OperatorError(`--parallel-${kind} must be >= 1, got ${given}`, {
    code: 'parallel_invalid',
    exitCode: EXIT.usage,
    nextSteps: [`leave it out to work on ${BOUNDS[kind].standard} at a time`],
  });
}
