import type { Node } from 'web-tree-sitter';

/** The specifications of a `const` or `var` declaration, grouped or not. */
export function valueSpecs(declaration: Node): readonly Node[] {
  return declaration.namedChildren.flatMap((child) =>
    child.type === 'var_spec_list' ? child.namedChildren.filter(isValueSpec) : isValueSpec(child) ? [child] : [],
  );
}

function isValueSpec(node: Node): boolean {
  return node.type === 'const_spec' || node.type === 'var_spec';
}

/** True for a declaration in parentheses. */
export function isGroup(declaration: Node): boolean {
  return declaration.children.some(({ type }) => type === '(' || type === 'var_spec_list');
}

/** The names that a node declares. The grammar gives the commas between them the same field. */
export function namesOf(node: Node): string[] {
  return node
    .childrenForFieldName('name')
    .filter(({ isNamed }) => isNamed)
    .map(({ text }) => text);
}

/** The type of the receiver of a method; null for a function. */
export function receiverType(node: Node): Node | null {
  const parameter = node.childForFieldName('receiver')?.namedChildren.find(({ type }) => type !== 'comment');
  return parameter?.childForFieldName('type') ?? null;
}
