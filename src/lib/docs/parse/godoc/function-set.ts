import type { FunctionDeclaration } from './declarations.ts';
import { isExported } from './type-name.ts';

/** A function, or a method of a type as that type has it. */
export interface FunctionDoc {
  readonly name: string;
  readonly declaration: FunctionDeclaration;
  /** The receiver's type to show instead of the declared one, for a method that comes from an embedded type. */
  readonly receiver: string | undefined;
  /** How deep the type that declares the method is embedded; 0 for the type itself. */
  readonly level: number;
}

/** Two methods of one name that are embedded equally deep hide each other. */
interface Conflict {
  readonly name: string;
  readonly declaration: undefined;
  readonly level: number;
}

/** Functions by name. */
export class FunctionSet implements Iterable<FunctionDoc> {
  readonly #byName = new Map<string, FunctionDoc | Conflict>();

  /** Adds a declared function; one of its name that has a comment stays instead. */
  declare(declaration: FunctionDeclaration): void {
    const { name } = declaration;
    if (this.#byName.get(name)?.declaration?.doc) return;
    this.#byName.set(name, { name, declaration, receiver: undefined, level: 0 });
  }

  /** Adds an embedded method, which hides deeper ones and is hidden by less deep ones. */
  embed(method: FunctionDoc): void {
    const present = this.#byName.get(method.name);
    if (!present || method.level < present.level) this.#byName.set(method.name, method);
    else if (method.level === present.level) {
      this.#byName.set(method.name, { name: method.name, declaration: undefined, level: method.level });
    }
  }

  put(item: FunctionDoc): void {
    this.#byName.set(item.name, item);
  }

  has(name: string): boolean {
    return this.#byName.has(name);
  }

  *[Symbol.iterator](): Iterator<FunctionDoc> {
    for (const item of this.#byName.values()) if (item.declaration) yield item;
  }

  /** By name. A method from an exported embedded type is left out: it is shown with that type. */
  sorted(): FunctionDoc[] {
    return [...this]
      .filter(({ level, declaration }) => level === 0 || !isExported(declaration.receiver?.type.name ?? ''))
      .sort((a, b) => (a.name < b.name ? -1 : 1));
  }
}
