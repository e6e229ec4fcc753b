import type { Node } from 'web-tree-sitter';
import type { FileComments } from '../comments.ts';
import { receiverType } from '../syntax.ts';
import { arrange } from './arrange.ts';
import { Layout } from './layout.ts';
import { printTokens } from './print-tokens.ts';
import { commentToken, type Token, tokensOf } from './tokens.ts';

/** A file as far as printing needs it. */
export interface GoSource {
  readonly text: string;
  readonly comments: FileComments;
}

/** The signature of a function, to print with the type of its receiver or another; needs the node no longer. */
export function printedFunction(node: Node, source: GoSource): (receiver?: string) => string {
  const tokens = tokensOf(node, source.text, node.childForFieldName('body'));
  const layout = arranged(node.childForFieldName('parameters'), source);
  const { startIndex: start = 0, endIndex: end = 0 } = receiverType(node) ?? {};
  return (receiver) => printTokens(receiver ? replaced(tokens, start, end, receiver) : tokens, source.text, layout, 0);
}

/** A type declaration of its own: `declaration` where it stands alone, null where `spec` is one of a group. */
export function printType(spec: Node, declaration: Node | null, source: GoSource): string {
  const layout = arranged(spec, source);
  layout.keepTrailing(spec, 0);
  if (declaration) return print(tokensOf(declaration, source.text), source, layout, declaration);
  const { startIndex, startPosition } = spec;
  const { row } = startPosition;
  const keyword = { text: 'type', start: startIndex, end: startIndex - 1, row, endRow: row, isComment: false };
  return print([keyword, ...tokensOf(spec, source.text)], source, layout, spec);
}

/** A `const` or `var` declaration with the comments inside it. */
export function printValues(declaration: Node, source: GoSource): string {
  return print(tokensOf(declaration, source.text), source, arranged(declaration, source), declaration);
}

function arranged(node: Node | null, source: GoSource): Layout {
  const layout = new Layout(source.comments);
  if (node) arrange(node, layout);
  return layout;
}

function print(tokens: readonly Token[], source: GoSource, layout: Layout, node: Node): string {
  const comments = layout.comments.flat().map(commentToken);
  const all = comments.length > 0 ? [...tokens, ...comments].sort((a, b) => a.start - b.start) : tokens;
  return printTokens(all, source.text, layout, node.startPosition.column);
}

/** The tokens with one of that text in place of those between two offsets. */
function replaced(tokens: readonly Token[], start: number, end: number, text: string): Token[] {
  return tokens.flatMap((token) => {
    if (token.start < start || token.end > end) return [token];
    return token.start === start ? [{ ...token, text, end }] : [];
  });
}
