import type { Node } from 'web-tree-sitter';
import type { TypeDeclaration, ValueDeclaration } from './declarations.ts';
import { FunctionSet } from './function-set.ts';
import { baseTypeName } from './type-name.ts';

/** A name that is used as a type, and what belongs to it. */
export interface NamedType {
  readonly name: string;
  /** Undefined while none has been seen: it may be predeclared or in a file that is not here. */
  declaration: TypeDeclaration | undefined;
  isEmbedded: boolean;
  isStruct: boolean;
  /** The types of this package that are embedded, and whether by a pointer. */
  readonly embedded: Map<NamedType, boolean>;
  readonly values: ValueDeclaration[];
  readonly constructors: FunctionSet;
  readonly methods: FunctionSet;
}

/** The named types of a package. */
export class NamedTypes implements Iterable<NamedType> {
  readonly #byName = new Map<string, NamedType>();

  [Symbol.iterator](): Iterator<NamedType> {
    return this.#byName.values();
  }

  has(name: string): boolean {
    return this.#byName.has(name);
  }

  /** The type of a name, known from now on; undefined for no name. */
  lookUp(name: string): NamedType | undefined {
    if (name === '' || name === '_') return undefined;
    const known = this.#byName.get(name);
    if (known) return known;
    const type: NamedType = {
      name,
      declaration: undefined,
      isEmbedded: false,
      isStruct: false,
      embedded: new Map(),
      values: [],
      constructors: new FunctionSet(),
      methods: new FunctionSet(),
    };
    this.#byName.set(name, type);
    return type;
  }

  /** Of several declarations of a name the last counts. */
  declare(declaration: TypeDeclaration): void {
    const type = this.lookUp(declaration.name);
    if (!type) return;
    type.declaration = declaration;
    type.isStruct = declaration.type?.type === 'struct_type';
    for (const { node, isPointer } of embeddedTypes(declaration.type)) {
      const { name, imported } = baseTypeName(node);
      const embedded = imported ? undefined : this.lookUp(name);
      if (!embedded) continue;
      embedded.isEmbedded = true;
      type.embedded.set(embedded, isPointer);
    }
  }
}

function embeddedTypes(type: Node | null): readonly { readonly node: Node; readonly isPointer: boolean }[] {
  switch (type?.type) {
    case 'struct_type':
      return type
        .descendantsOfType('field_declaration_list')
        .slice(0, 1)
        .flatMap(({ namedChildren }) =>
          namedChildren
            .filter((field) => field.type === 'field_declaration' && !field.childForFieldName('name'))
            .flatMap((field) => {
              const node = field.childForFieldName('type');
              return node ? [{ node, isPointer: field.child(0)?.type === '*' }] : [];
            }),
        );
    case 'interface_type':
      return type.namedChildren
        .filter((element) => element.type === 'type_elem')
        .map((node) => ({ node, isPointer: false }));
    default:
      return [];
  }
}
