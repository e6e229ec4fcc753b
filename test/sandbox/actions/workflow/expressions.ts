import { data, Evaluator, ExpressionError, Lexer, Parser } from '@actions/expressions';
import type { Node, NodeMap, Scalar } from './document.ts';

/** What the four functions about the state of a job or run answer. */
export interface StatusAnswers {
  success(): boolean;
  failure(): boolean;
  cancelled(): boolean;
}

/** What an expression sees. A context that is absent here cannot be named. */
export interface Scope {
  readonly contexts: NodeMap;
  readonly status?: StatusAnswers;
  /** SHA-256 over the files that match; absent where no workspace exists. */
  readonly hashFiles?: (patterns: readonly string[]) => string;
}

const STATUS_FUNCTIONS: ReadonlySet<string> = new Set(['always', 'success', 'failure', 'cancelled']);
type Value = ReturnType<Evaluator['evaluate']>;

function toData(value: Node): Value {
  return JSON.parse(JSON.stringify(value), data.reviver) as Value;
}

function toNode(value: Value): Node {
  return JSON.parse(JSON.stringify(value, data.replacer) ?? 'null') as Node;
}

function functionsOf(scope: Scope) {
  const functions = [];
  const { status, hashFiles } = scope;
  const yes = (name: string, answer: () => boolean) =>
    ({ name, minArgs: 0, maxArgs: 0, call: () => new data.BooleanData(answer()) }) as const;
  if (status) {
    functions.push(
      yes('always', () => true),
      yes('success', status.success),
      yes('failure', status.failure),
      yes('cancelled', status.cancelled),
    );
  }
  if (hashFiles) {
    functions.push({
      name: 'hashFiles',
      minArgs: 1,
      maxArgs: 255,
      call: (...patterns: Value[]) => new data.StringData(hashFiles(patterns.map((each) => each.coerceString()))),
    });
  }
  return functions;
}

function evaluateData(source: string, scope: Scope): Value {
  const functions = functionsOf(scope);
  try {
    const tree = new Parser(new Lexer(source).lex().tokens, Object.keys(scope.contexts), functions).parse();
    const contexts = new data.Dictionary();
    for (const [name, value] of Object.entries(scope.contexts)) contexts.add(name, toData(value));
    return new Evaluator(tree, contexts, new Map(functions.map((each) => [each.name.toLowerCase(), each]))).evaluate();
  } catch (thrown) {
    if (thrown instanceof ExpressionError || thrown instanceof Error)
      throw new Error(`The expression \${{ ${source.trim()} }} cannot be evaluated: ${thrown.message}`, {
        cause: thrown,
      });
    throw thrown;
  }
}

/** Text and expressions in turn; `}}` inside a quoted string does not end an expression. */
function* segments(text: string): Generator<{ readonly text: string } | { readonly expression: string }> {
  let at = 0;
  for (;;) {
    const from = text.indexOf('${{', at);
    if (from < 0) break;
    let end = from + 3;
    for (let quoted = false; end < text.length; end += 1) {
      if (text[end] === "'") quoted = !quoted;
      else if (!quoted && text.startsWith('}}', end)) break;
    }
    if (from > at) yield { text: text.slice(at, from) };
    yield { expression: text.slice(from + 3, end) };
    at = end + 2;
  }
  if (at < text.length) yield { text: text.slice(at) };
}

/** Evaluates one expression, without `${{ }}`. @throws Error that names the expression. */
export function evaluate(source: string, scope: Scope): Node {
  return toNode(evaluateData(source, scope));
}

/** A text with expressions in it. One that is nothing but an expression keeps the type of its value. */
export function interpolate(text: string, scope: Scope): Node {
  const parts = [...segments(text)];
  const [only] = parts;
  if (parts.length === 1 && only && 'expression' in only) return evaluate(only.expression, scope);
  return parts
    .map((part) => ('text' in part ? part.text : evaluateData(part.expression, scope).coerceString()))
    .join('');
}

/** A piece of a workflow file with every expression in it evaluated. */
export function resolve(node: Node | undefined, scope: Scope): Node {
  if (node === undefined) return null;
  if (typeof node === 'string') return interpolate(node, scope);
  if (Array.isArray(node)) return node.map((each: Node) => resolve(each, scope));
  if (typeof node !== 'object' || node === null) return node;
  return Object.fromEntries(Object.entries(node).map(([key, value]) => [key, resolve(value, scope)]));
}

/** A value as text, as expressions turn it into text: null is empty, a number has no needless digits. */
export function textOf(node: Node): string {
  return toData(node).coerceString();
}

/** A resolved map, every value as text; empty for anything else. */
export function textMap(node: Node): Record<string, string> {
  if (typeof node !== 'object' || node === null || Array.isArray(node)) return {};
  return Object.fromEntries(Object.entries(node).map(([key, value]) => [key, textOf(value)]));
}

export function isTruthy(node: Node): boolean {
  return !(node === null || node === false || node === 0 || node === '' || Number.isNaN(node));
}

/**
 * Whether a condition holds. Without a status function in it, `success()` is presumed
 * (docs.github.com, "Status check functions").
 */
export function holds(condition: Scalar | undefined, scope: Scope): boolean {
  if (condition === undefined || condition === null || condition === '') return scope.status?.success() ?? true;
  if (typeof condition !== 'string') return isTruthy(condition) && (scope.status?.success() ?? true);
  const trimmed = condition.trim();
  const parts = [...segments(trimmed)];
  const [only] = parts;
  const isMixed = trimmed.includes('${{') && parts.length > 1;
  if (isMixed) return isTruthy(interpolate(trimmed, scope)) && (scope.status?.success() ?? true);
  const source = only && 'expression' in only ? only.expression : trimmed;
  const asksStatus = new Lexer(source)
    .lex()
    .tokens.some(
      (token, index, all) => STATUS_FUNCTIONS.has(token.lexeme.toLowerCase()) && all[index + 1]?.lexeme === '(',
    );
  if (!asksStatus && scope.status && !scope.status.success()) return false;
  return isTruthy(evaluate(source, scope));
}
