import { OperatorError } from '../../errors.ts';
import { EXIT } from '../../exit-codes.ts';

/** Something in a registry that is not as it must be. */
export interface RegistryProblem {
  /** `parse`: the file does not have the shape of a registry. `check`: it has, but what it says cannot be. */
  readonly stage: 'parse' | 'check';
  /** With the entry that it is in: `libraries[3] ("/org/project"): kind is required`. */
  readonly message: string;
  /** Line and column, from 1. */
  readonly at: { readonly line: number; readonly column: number };
}

/** More than these are consequences of one another more often than not. */
const MOST_SHOWN = 50;

/** The one error that tells every problem of a registry, each with its place in the file. */
export function registryInvalid(path: string, problems: readonly RegistryProblem[]): OperatorError {
  const told = problems.slice(0, MOST_SHOWN).map(({ message, at }) => `${message} (${path}:${at.line}:${at.column})`);
  const [first] = problems;
  const prefix = `${first?.stage === 'parse' ? 'parse config' : 'config'} ${path}: `;
  const more = problems.length > MOST_SHOWN ? [`… and ${problems.length - MOST_SHOWN} more`] : [];
  const message =
    told.length === 1
      ? `${prefix}${told.join('')}`
      : `${prefix}${problems.length} problems\n${[...told, ...more].map((line) => `  ${line}`).join('\n')}`;
  return new OperatorError(message, {
    code: 'registry_invalid',
    exitCode: EXIT.usage,
    nextSteps: [`correct ${path}`, 'check it again: capture-cli list'],
  });
}
