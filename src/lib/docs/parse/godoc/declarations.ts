import type { TypeName } from './type-name.ts';

/** A function or method of a package. */
export interface FunctionDeclaration {
  readonly name: string;
  readonly doc: string;
  /** Null for a function. */
  readonly receiver: Receiver | null;
  /** Names of the type parameters. */
  readonly typeParameters: readonly string[];
  /** The types of the results, of lists those of the elements; empty for a method. */
  readonly results: readonly TypeName[];
  /**
   * The declaration without its body.
   *
   * @param receiver replaces the type of the receiver, for a method that is shown with another type
   */
  readonly print: (receiver?: string) => string;
}

export interface Receiver {
  readonly type: TypeName;
  readonly isPointer: boolean;
}

export interface TypeDeclaration {
  readonly name: string;
  readonly doc: string;
  readonly isStruct: boolean;
  /** The types that are embedded in a struct or an interface. */
  readonly embedded: readonly { readonly type: TypeName; readonly isPointer: boolean }[];
  /** The declaration of this type alone; empty where it is not exported. */
  readonly text: string;
}

/** A `const` or `var` declaration, which may be a group. */
export interface ValueDeclaration {
  readonly keyword: 'const' | 'var';
  readonly doc: string;
  /** In the order of declaration. */
  readonly names: readonly string[];
  readonly specs: readonly { readonly type: TypeName | null; readonly hasValue: boolean }[];
  /** The whole declaration; empty where none of its names is exported. */
  readonly text: string;
}

/** What a file declares on its outermost level, in order. */
export interface FileDeclarations {
  readonly package: string;
  /** The comment above the package clause. */
  readonly doc: string;
  readonly notes: readonly string[];
  readonly functions: readonly FunctionDeclaration[];
  readonly types: readonly TypeDeclaration[];
  readonly values: readonly ValueDeclaration[];
  /** True when names of another package are used without its name, so that not every name can be told. */
  readonly hasDotImport: boolean;
}
