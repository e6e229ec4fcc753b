import type { Node } from 'web-tree-sitter';
import type { FileDeclarations, FunctionDeclaration, TypeDeclaration, ValueDeclaration } from './declarations.ts';
import { addEmbeddedMethods } from './embedded-methods.ts';
import { type FunctionDoc, FunctionSet } from './function-set.ts';
import { NamedTypes } from './named-types.ts';
import { notesIn } from './notes.ts';
import { baseTypeName, PREDECLARED_TYPES } from './type-name.ts';

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
    for (const value of file.values) {
      const owner = types.lookUp(dominantType(value));
      (owner ? owner.values : values).push(value);
    }
    for (const type of file.types) types.declare(type);
  }
  for (const declaration of files.flatMap((file) => file.functions)) {
    const owner = declaration.receiver ? receiverOf(declaration.receiver, types) : resultOf(declaration, types);
    if (owner) (declaration.receiver ? owner.methods : owner.constructors).declare(declaration);
    else if (!declaration.receiver) functions.declare(declaration);
  }
  addEmbeddedMethods(types);
  const hasDotImport = files.some((file) => file.hasDotImport);
  for (const type of types) {
    const isPredeclared = PREDECLARED_TYPES.has(type.name);
    if (type.declaration || !(isPredeclared || type.isEmbedded || hasDotImport)) continue;
    // Its declaration is not here, so that what belongs to it is shown with the package instead of being lost.
    values.push(...type.values);
    for (const item of type.constructors) functions.put(item);
    if (!isPredeclared) for (const method of type.methods) if (!functions.has(method.name)) functions.put(method);
  }
  return {
    name,
    doc: files
      .map((file) => file.doc)
      .filter(Boolean)
      .join('\n'),
    notes: files.flatMap((file) => notesIn(file.source.comments.groups)),
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
  for (const spec of specs) {
    const type = spec.childForFieldName('type');
    const isContinued = keyword === 'const' && spec.childForFieldName('value') === null;
    const base = type ? baseTypeName(type) : undefined;
    const name = base ? (base.imported ? '' : base.name) : isContinued ? previous : '';
    if (name !== '') {
      if (dominant !== '' && dominant !== name) return '';
      dominant = name;
      uses++;
    }
    previous = name;
  }
  return uses >= Math.floor(specs.length * 0.75) ? dominant : '';
}

function receiverOf(receiver: Node, types: NamedTypes) {
  const { name, imported } = baseTypeName(receiver);
  return imported ? undefined : types.lookUp(name);
}

/** The one type of this package among the results of a function, or the element type of a list of it. */
function resultOf({ node }: FunctionDeclaration, types: NamedTypes) {
  const parameters = new Set(
    node
      .childForFieldName('type_parameters')
      ?.namedChildren.flatMap((child) => child.childrenForFieldName('name').map(({ text }) => text)),
  );
  const owners = resultTypes(node.childForFieldName('result')).flatMap((type) => {
    const isList = type.type === 'slice_type' || type.type === 'array_type';
    const { name, imported } = baseTypeName(isList ? type.childForFieldName('element') : type);
    if (imported || parameters.has(name) || (PREDECLARED_TYPES.has(name) && !types.has(name))) return [];
    return types.lookUp(name) ?? [];
  });
  return owners.length === 1 ? owners[0] : undefined;
}

function resultTypes(result: Node | null): readonly Node[] {
  if (result?.type !== 'parameter_list') return result ? [result] : [];
  return result.namedChildren.flatMap((parameter) => parameter.childForFieldName('type') ?? []);
}

/** Groups first, in the order of declaration, then single values by name. */
function sortedValues(values: readonly ValueDeclaration[], files: readonly FileDeclarations[]) {
  const order = new Map(files.flatMap((file) => file.values).map((value, index) => [value, index]));
  const name = (value: ValueDeclaration) => (value.specs.length === 1 ? (value.names[0] ?? '') : '');
  return values.toSorted((a, b) => compare(name(a), name(b)) || (order.get(a) ?? 0) - (order.get(b) ?? 0));
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
