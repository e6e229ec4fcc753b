import type { Node } from 'web-tree-sitter';
import type { FunctionDeclaration, GoSource, TypeDeclaration, ValueDeclaration } from '../declarations.ts';
import { arrange } from './arrange.ts';
import { Layout } from './layout.ts';
import { printTokens } from './print-tokens.ts';
import { commentToken, type Token, tokensOf } from './tokens.ts';

/**
 * The signature of a function.
 *
 * @param receiver replaces the type of the receiver, for a method that is shown with another type
 */
export function printFunction({ source, node, receiver: declared }: FunctionDeclaration, receiver?: string): string {
  const tokens = tokensOf(node, node.childForFieldName('body'));
  const layout = arranged(node.childForFieldName('parameters'), source);
  return print(declared && receiver ? replaced(tokens, declared, receiver) : tokens, source, layout, node);
}

/** A type declaration of its own, also where it is one of a group. */
export function printType({ source, node, declaration }: TypeDeclaration): string {
  const layout = arranged(node, source);
  layout.keepTrailing(node, 0);
  if (declaration) return print(tokensOf(declaration), source, layout, declaration);
  const { startIndex, startPosition } = node;
  const { row } = startPosition;
  const keyword = { text: 'type', start: startIndex, end: startIndex - 1, row, endRow: row, isComment: false };
  return print([keyword, ...tokensOf(node)], source, layout, node);
}

/** A `const` or `var` declaration with the comments inside it. */
export function printValues({ source, node }: ValueDeclaration): string {
  return print(tokensOf(node), source, arranged(node, source), node);
}

function arranged(node: Node | null, source: GoSource): Layout {
  const layout = new Layout(source.comments);
  if (node) arrange(node, layout);
  return layout;
}

function print(tokens: readonly Token[], source: GoSource, layout: Layout, node: Node): string {
  const comments = layout.comments.flat().map(commentToken);
  const all = comments.length > 0 ? [...tokens, ...comments].sort((a, b) => a.start - b.start) : tokens;
  const lineStart = source.text.lastIndexOf('\n', node.startIndex - 1) + 1;
  return printTokens(all, source.text, layout, node.startIndex - lineStart);
}

function replaced(tokens: readonly Token[], node: Node, text: string): Token[] {
  const inside = ({ start, end }: Token) => start >= node.startIndex && end <= node.endIndex;
  return tokens.flatMap((token) => {
    if (!inside(token)) return [token];
    return token.start === node.startIndex
      ? [{ ...token, text, end: node.endIndex, endRow: node.endPosition.row }]
      : [];
  });
}
