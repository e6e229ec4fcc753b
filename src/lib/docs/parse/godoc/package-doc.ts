import type { FileDeclarations, FunctionDeclaration, TypeDeclaration, ValueDeclaration } from './declarations.ts';
import { addEmbeddedMethods } from './embedded-methods.ts';
import { type FunctionDoc, FunctionSet } from './function-set.ts';
import { type NamedType, NamedTypes } from './named-types.ts';
import { PREDECLARED_TYPES } from './type-name.ts';

/** A type with what belongs to it. */
export interface TypeDoc {
  readonly declaration: TypeDeclaration;
  /** Functions that return it and no other type of this package. */
  readonly constructors: readonly FunctionDoc[];
  readonly methods: readonly FunctionDoc[];
}

/** What Go documents of a package, exported or not; lists are in the order in which Go shows them. */
export interface PackageDoc {
  readonly name: string;
  readonly doc: string;
  readonly notes: readonly string[];
  readonly functions: readonly FunctionDoc[];
  readonly types: readonly TypeDoc[];
  /** Those that belong to no type. */
  readonly values: readonly ValueDeclaration[];
}

/**
 * Sorts the declarations of a package into what belongs together, as go/doc does in the mode AllDecls. Of functions and
 * methods that several files declare (for several systems), the first with a comment counts, else the last.
 *
 * @param files of one package, in the order of their names
 */
export function packageDoc(name: string, files: readonly FileDeclarations[]): PackageDoc {
  const types = new NamedTypes();
  const functions = new FunctionSet();
  const values: ValueDeclaration[] = [];
  for (const file of files) {
    for (const value of file.values) (types.lookUp(dominantType(value))?.values ?? values).push(value);
    for (const type of file.types) types.declare(type);
  }
  for (const declaration of files.flatMap((file) => file.functions)) {
    if (declaration.receiver) types.lookUpOwn(declaration.receiver.type)?.methods.declare(declaration);
    else (resultOf(declaration, types)?.constructors ?? functions).declare(declaration);
  }
  addEmbeddedMethods(types);
  const hasDotImport = files.some((file) => file.hasDotImport);
  for (const type of types) if (isElsewhere(type, hasDotImport)) giveBack(type, values, functions);
  return {
    name,
    doc: files
      .map((file) => file.doc)
      .filter((doc) => doc !== '')
      .join('\n'),
    notes: files.flatMap((file) => file.notes),
    functions: functions.sorted(),
    types: [...types]
      .flatMap(({ declaration, constructors, methods }) =>
        declaration ? [{ declaration, constructors: constructors.sorted(), methods: methods.sorted() }] : [],
      )
      .sort((a, b) => compare(a.declaration.name, b.declaration.name)),
    values: sortedValues(values, files),
  };
}

/** The type that values belong to: the only one that is named, and for at least three in four of them. */
function dominantType({ keyword, specs }: ValueDeclaration): string {
  let dominant = '';
  let uses = 0;
  let previous = '';
  for (const { type, hasValue } of specs) {
    const isContinued = keyword === 'const' && !hasValue;
    const own = type?.imported ? '' : type?.name;
    const name = own ?? (isContinued ? previous : '');
    if (name !== '') {
      if (dominant !== '' && dominant !== name) return '';
      dominant = name;
      uses++;
    }
    previous = name;
  }
  return uses >= Math.floor(specs.length * 0.75) ? dominant : '';
}

/** The one type of this package among the results of a function. */
function resultOf({ results, typeParameters }: FunctionDeclaration, types: NamedTypes): NamedType | undefined {
  const owners = results.flatMap((type) => {
    const { name } = type;
    if (typeParameters.includes(name) || (PREDECLARED_TYPES.has(name) && !types.has(name))) return [];
    return types.lookUpOwn(type) ?? [];
  });
  return owners.length === 1 ? owners[0] : undefined;
}

/** True for a type that is not declared in these files, though it may be declared in others of the package. */
function isElsewhere({ name, declaration, isEmbedded }: NamedType, hasDotImport: boolean): boolean {
  return !declaration && (PREDECLARED_TYPES.has(name) || isEmbedded || hasDotImport);
}

/** Shows with the package what belongs to a type that is not shown. */
function giveBack(type: NamedType, values: ValueDeclaration[], functions: FunctionSet): void {
  values.push(...type.values);
  for (const item of type.constructors) functions.put(item);
  if (PREDECLARED_TYPES.has(type.name)) return;
  for (const method of type.methods) if (!functions.has(method.name)) functions.put(method);
}

/** Groups first, in the order of declaration, then single values by name. */
function sortedValues(values: readonly ValueDeclaration[], files: readonly FileDeclarations[]): ValueDeclaration[] {
  const order = new Map(files.flatMap((file) => file.values).map((value, index) => [value, index]));
  const name = ({ specs, names }: ValueDeclaration) => (specs.length === 1 ? (names[0] ?? '') : '');
  return values.toSorted((a, b) => compare(name(a), name(b)) || (order.get(a) ?? 0) - (order.get(b) ?? 0));
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
