import type { Node } from 'web-tree-sitter';

export interface TypeName {
  readonly name: string;
  /** True for a type of another package. */
  readonly imported: boolean;
}

/** The name that a type expression comes down to below pointers, parentheses and type arguments; '' without one. */
export function baseTypeName(type: Node | null): TypeName {
  switch (type?.type) {
    case 'identifier':
    case 'type_identifier':
      return { name: type.text, imported: false };
    case 'qualified_type':
      return { name: type.childForFieldName('name')?.text ?? '', imported: true };
    case 'generic_type':
      return baseTypeName(type.childForFieldName('type'));
    case 'pointer_type':
    case 'parenthesized_type':
      return baseTypeName(type.namedChild(0));
    case 'type_elem':
      return type.namedChildCount === 1 ? baseTypeName(type.namedChild(0)) : { name: '', imported: false };
    default:
      return { name: '', imported: false };
  }
}

/** Whether other packages see a name: Go's rule is that its first letter is upper case. */
export function isExported(name: string): boolean {
  return /^\p{Lu}/u.test(name);
}

/** The types that every package has without declaring them. Source: the Go specification, "Predeclared identifiers". */
export const PREDECLARED_TYPES: ReadonlySet<string> = new Set(
  (
    'any bool byte comparable complex64 complex128 error float32 float64 int int8 int16 int32 int64 rune string ' +
    'uint uint8 uint16 uint32 uint64 uintptr'
  ).split(' '),
);
