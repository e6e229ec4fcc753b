import type { Node } from 'web-tree-sitter';

/**
 * The row, from 0, where a tree is not whole, or undefined where that is inside the bodies of functions only: they are not
 * documented, and new versions of Go have statements that the grammar does not know. A body that has swallowed a
 * declaration is a fault.
 */
export function syntaxFault(root: Node, text: string): number | undefined {
  if (!root.hasError) return undefined;
  const declaration = root.children.find((child) => isFaulty(child) && !isFaultyInBody(child, text));
  return declaration && innermostFault(declaration).startPosition.row;
}

function isFaulty(node: Node): boolean {
  return node.isError || node.isMissing || node.hasError;
}

function isFaultyInBody(declaration: Node, text: string): boolean {
  const body = declaration.childForFieldName('body');
  if (body?.type !== 'block' || declaration.children.some((part) => part.id !== body.id && isFaulty(part)))
    return false;
  return !/^(?:func|type|var|const)\b/m.test(text.slice(body.startIndex, body.endIndex));
}

function innermostFault(node: Node): Node {
  const inner = node.isError ? undefined : node.children.find(isFaulty);
  return inner ? innermostFault(inner) : node;
}
