import type { Node } from 'web-tree-sitter';
import { breakAfter } from './break-after.ts';
import type { Layout } from './layout.ts';

/** Names, types and tags of a struct's fields each have a column, unless there is one field only. */
export function arrangeFields(list: Node, layout: Layout): void {
  const fields = list.namedChildren.filter((child) => child.type === 'field_declaration');
  const isTable = fields.length > 1;
  for (const [index, field] of fields.entries()) {
    const tag = field.childForFieldName('tag');
    const isNamed = field.childForFieldName('name') !== null;
    layout.setBreak(field, breakAfter(fields[index - 1]));
    layout.keepLeading(field);
    if (isTable) {
      if (isNamed) layout.setTabStops(field.childForFieldName('type'), 1);
      layout.setTabStops(tag, isNamed ? 2 : 1);
    }
    layout.keepTrailing(field, isTable && !tag ? (isNamed ? 1 : 2) : 0);
  }
  layout.setBreak(list.lastChild, { isSoft: false, atMost: 1 });
}

/** The methods and types of an interface have no columns but that of the comments. */
export function arrangeMethods(type: Node, layout: Layout): void {
  const elements = type.namedChildren.filter((child) => child.type !== 'comment');
  for (const [index, element] of elements.entries()) {
    layout.setBreak(element, breakAfter(elements[index - 1]));
    layout.keepLeading(element);
    layout.keepTrailing(element, 0);
  }
  layout.setBreak(type.lastChild, { isSoft: false, atMost: 1 });
}
