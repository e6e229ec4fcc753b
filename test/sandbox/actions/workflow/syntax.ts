import { createRequire, registerHooks } from 'node:module';
import { fileURLToPath } from 'node:url';

type Parser = typeof import('@actions/workflow-parser');

const PACKAGE = '@actions/workflow-parser';
const require = createRequire(import.meta.url);

/**
 * Loads GitHub's own parser. Its release 0.3 imports its JSON schema without the import attribute that Node demands, so
 * the attribute is supplied while it loads.
 */
function loadParser(): Parser {
  const hook = registerHooks({
    load: (url, context, next) =>
      url.endsWith('.json')
        ? next(url, { ...context, importAttributes: { ...context.importAttributes, type: 'json' } })
        : next(url, context),
  });
  try {
    return require(fileURLToPath(import.meta.resolve(PACKAGE))) as Parser;
  } finally {
    hook.deregister();
  }
}

/** What GitHub's parser has against a workflow file, in its own words: `x.yml (Line: 3, Col: 5): Unexpected value 'z'`. */
export function syntaxErrors(name: string, content: string): readonly string[] {
  const { parseWorkflow, NoOperationTraceWriter } = loadParser();
  const { context } = parseWorkflow({ name, content }, new NoOperationTraceWriter());
  return context.errors.getErrors().map(({ message }) => message);
}
