import { parseDocument } from 'yaml';
import { messageOf, OperatorError } from '../errors.ts';
import { EXIT } from '../exit-codes.ts';

/**
 * The content of a YAML file, or of `.deadzonerc`, which may be YAML or JSON (JSON is YAML).
 *
 * @throws OperatorError `config_syntax` with line and column
 */
export function parseYaml(file: string, content: string): unknown {
  const document = parseDocument(content, { prettyErrors: true });
  const [error] = document.errors;
  if (error) throw syntaxError(file, 'YAML', reason(error.message), error.linePos?.[0]);
  try {
    return document.toJS({ maxAliasCount: 100 });
  } catch (thrown) {
    throw syntaxError(file, 'YAML', messageOf(thrown), undefined);
  }
}

/**
 * The content of a JSON file.
 *
 * @throws OperatorError `config_syntax` with line and column
 */
export function parseJson(file: string, content: string): unknown {
  try {
    return JSON.parse(content);
  } catch (thrown) {
    // JSON.parse does not always say where; the YAML parser, restricted to JSON's types, does.
    const [located] = parseDocument(content, { schema: 'json', prettyErrors: true }).errors;
    const message = located ? reason(located.message) : messageOf(thrown);
    throw syntaxError(file, 'JSON', message, located?.linePos?.[0] ?? positionIn(messageOf(thrown), content));
  }
}

interface Position {
  readonly line: number;
  readonly col: number;
}

function positionIn(message: string, content: string): Position {
  const offset = Number(/position (\d+)/.exec(message)?.[1] ?? content.length);
  const before = content.slice(0, offset).split('\n');
  return { line: before.length, col: (before.at(-1)?.length ?? 0) + 1 };
}

/** The parser's message without the place and the excerpt that it appends. */
function reason(message: string): string {
  return (message.split('\n')[0] ?? message).replace(/ at line \d+, column \d+:?$/, '').replace(/:$/, '');
}

function syntaxError(file: string, language: string, message: string, at: Position | undefined): OperatorError {
  const place = at ? `:${at.line}:${at.col}` : '';
  return new OperatorError(`${file}${place} is not valid ${language}: ${message}`, {
    code: 'config_syntax',
    exitCode: EXIT.usage,
    nextSteps: [at ? `correct line ${at.line}, column ${at.col} of ${file}` : `correct ${file}`],
  });
}
