import type { TypeDeclaration, ValueDeclaration } from './declarations.ts';
import { FunctionSet } from './function-set.ts';
import type { TypeName } from './type-name.ts';

/** A name that is used as a type, and what belongs to it. */
export interface NamedType {
  readonly name: string;
  /** Undefined while none has been seen: it may be predeclared or in a file that is not here. */
  declaration: TypeDeclaration | undefined;
  isEmbedded: boolean;
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
      embedded: new Map(),
      values: [],
      constructors: new FunctionSet(),
      methods: new FunctionSet(),
    };
    this.#byName.set(name, type);
    return type;
  }

  /** The type of a name that is not one of another package. */
  lookUpOwn({ name, imported }: TypeName): NamedType | undefined {
    return imported ? undefined : this.lookUp(name);
  }

  /** Of several declarations of a name the last counts. */
  declare(declaration: TypeDeclaration): void {
    const type = this.lookUp(declaration.name);
    if (!type) return;
    type.declaration = declaration;
    for (const { type: name, isPointer } of declaration.embedded) {
      const embedded = this.lookUpOwn(name);
      if (!embedded) continue;
      embedded.isEmbedded = true;
      type.embedded.set(embedded, isPointer);
    }
  }
}
