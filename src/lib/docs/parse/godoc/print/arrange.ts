import type { Node } from 'web-tree-sitter';
import { isGroup, valueSpecs } from '../syntax.ts';
import { breakAfter } from './break-after.ts';
import { arrangeElements } from './elements.ts';
import { arrangeFields, arrangeMethods } from './fields.ts';
import type { Layout } from './layout.ts';

/** Decides the layout of all that is in a node. Source: the rules of go/printer, which formats what go/doc shows. */
export function arrange(node: Node, layout: Layout): void {
  switch (node.type) {
    case 'const_declaration':
    case 'var_declaration':
      arrangeValues(node, layout);
      break;
    case 'field_declaration_list':
      arrangeFields(node, layout);
      break;
    case 'interface_type':
      arrangeMethods(node, layout);
      break;
    case 'literal_value':
    case 'argument_list':
      arrangeElements(node, layout);
      break;
  }
  for (const child of node.namedChildren) if (child.namedChildCount > 0) arrange(child, layout);
}

/** Names, types and values of a group each have a column, which ends where a specification is of several lines. */
function arrangeValues(declaration: Node, layout: Layout): void {
  const specs = valueSpecs(declaration);
  const list = declaration.namedChildren.find((child) => child.type === 'var_spec_list') ?? declaration;
  const grouped = isGroup(declaration);
  const keepsType = typeColumns(specs);
  for (const [index, spec] of specs.entries()) {
    if (grouped) {
      layout.setBreak(spec, breakAfter(specs[index - 1]));
      layout.keepLeading(spec);
    }
    layout.keepTrailing(spec, specs.length > 1 ? arrangeSpec(spec, keepsType[index] ?? false, layout) : 0);
  }
  if (grouped) layout.setBreak(list.lastChild, { isSoft: false, atMost: 1 });
}

/** Returns how many columns are left before a comment. */
function arrangeSpec(spec: Node, keepsType: boolean, layout: Layout): number {
  const type = spec.childForFieldName('type');
  const equals = spec.children.find((child) => child.type === '=');
  layout.setTabStops(type, 1);
  layout.setTabStops(equals, keepsType && !type ? 2 : 1);
  return 3 - (type || keepsType ? 1 : 0) - (equals ? 1 : 0);
}

/** In a run of specifications with values, the type column is kept when one of them has a type. */
function typeColumns(specs: readonly Node[]): boolean[] {
  const keeps = specs.map(() => false);
  let runStart: number | undefined;
  let hasType = false;
  const endRun = (end: number) => {
    if (runStart !== undefined && hasType) keeps.fill(true, runStart, end);
    runStart = undefined;
  };
  for (const [index, spec] of specs.entries()) {
    if (spec.childForFieldName('value')) {
      if (runStart === undefined) hasType = false;
      runStart ??= index;
    } else endRun(index);
    if (spec.childForFieldName('type')) hasType = true;
  }
  endRun(specs.length);
  return keeps;
}
