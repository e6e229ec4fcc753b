import type { Finding } from '../finding.ts';
import { findingAt, jobsOf, mapUnder, scalarUnder, textOf, type WorkflowFile } from '../workflow-file.ts';

/**
 * No expression stands in a script: its value would become a part of the program, so that whoever chooses an input or a
 * title runs commands (docs.github.com, "Script injections"). Values reach a script through `env`.
 */
export function runExpressions(file: WorkflowFile): readonly Finding[] {
  const steps = jobsOf(file).flatMap(({ steps }) => steps);
  const scripts = steps.flatMap((step) => [scalarUnder(step, 'run'), scalarUnder(mapUnder(step, 'with'), 'script')]);
  return scripts.flatMap((script) => {
    if (!script?.range || !textOf(script).includes('${{')) return [];
    const [start, end] = script.range;
    return [...file.text.slice(start, end).matchAll(/\$\{\{\s*(.*?)\s*\}\}/gs)].map((match) =>
      findingAt(
        file,
        'run-expression',
        start + match.index,
        `the expression ${match[1]} in a script: pass it through env and write "$NAME" instead`,
      ),
    );
  });
}
