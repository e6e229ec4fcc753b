import type { Node } from 'web-tree-sitter';
import { commentText } from './comment-text.ts';
import { commentsOf } from './comments.ts';
import type { FileDeclarations, FunctionDeclaration, TypeDeclaration, ValueDeclaration } from './declarations.ts';
import type { GoFile } from './go-parser.ts';
import { notesIn } from './notes.ts';
import { type GoSource, printedFunction, printType, printValues } from './print/declaration.ts';
import { isGroup, namesOf, receiverType, valueSpecs } from './syntax.ts';
import { baseTypeName, isExported, type TypeName } from './type-name.ts';

/** Takes from a file all that its documentation is made of, so that its tree is needed no longer. */
export function readDeclarations(file: GoFile): FileDeclarations {
  const comments = commentsOf(file);
  const source: GoSource = { text: file.text, comments };
  const nodes = file.root.namedChildren;
  const ofType = (...types: readonly string[]) => nodes.filter(({ type }) => types.includes(type));
  const [clause] = ofType('package_clause');
  return {
    package: clause?.namedChildren.find(({ type }) => type === 'package_identifier')?.text ?? '',
    doc: clause ? docOf(clause, source) : '',
    notes: notesIn(comments.groups),
    functions: ofType('function_declaration', 'method_declaration').map((node) => readFunction(node, source)),
    types: ofType('type_declaration').flatMap((node) => readTypes(node, source)),
    values: ofType('const_declaration', 'var_declaration').map((node) => readValues(node, source)),
    hasDotImport: ofType('import_declaration').some((node) => node.descendantsOfType('dot').length > 0),
  };
}

function docOf(node: Node, { comments }: GoSource): string {
  return commentText(comments.leading(node.startIndex));
}

function readFunction(node: Node, source: GoSource): FunctionDeclaration {
  const name = node.childForFieldName('name')?.text ?? '';
  const receiver = receiverType(node);
  const typeParameters = node.childForFieldName('type_parameters')?.namedChildren ?? [];
  return {
    name,
    doc: docOf(node, source),
    receiver: receiver && { type: baseTypeName(receiver), isPointer: receiver.type === 'pointer_type' },
    typeParameters: typeParameters.flatMap(namesOf),
    results: receiver ? [] : resultTypes(node.childForFieldName('result')).map(elementTypeName),
    print: isExported(name) ? printedFunction(node, source) : () => '',
  };
}

function resultTypes(result: Node | null): readonly Node[] {
  if (result?.type !== 'parameter_list') return result ? [result] : [];
  return result.namedChildren.flatMap((parameter) => parameter.childForFieldName('type') ?? []);
}

function elementTypeName(type: Node): TypeName {
  const isList = type.type === 'slice_type' || type.type === 'array_type';
  return baseTypeName(isList ? type.childForFieldName('element') : type);
}

/** A type in a group without a comment of its own has that of the group. */
function readTypes(declaration: Node, source: GoSource): readonly TypeDeclaration[] {
  const grouped = isGroup(declaration);
  return declaration.namedChildren
    .filter(({ type }) => type === 'type_spec' || type === 'type_alias')
    .map((spec) => {
      const name = spec.childForFieldName('name')?.text ?? '';
      const type = spec.childForFieldName('type');
      const hasOwnDoc = grouped && source.comments.leading(spec.startIndex) !== undefined;
      return {
        name,
        doc: docOf(hasOwnDoc ? spec : declaration, source),
        isStruct: type?.type === 'struct_type',
        embedded: embeddedTypes(type),
        text: isExported(name) ? printType(spec, grouped ? null : declaration, source) : '',
      };
    });
}

function embeddedTypes(type: Node | null): TypeDeclaration['embedded'] {
  switch (type?.type) {
    case 'struct_type':
      return (type.namedChildren.find((child) => child.type === 'field_declaration_list')?.namedChildren ?? [])
        .filter((field) => field.type === 'field_declaration' && !field.childForFieldName('name'))
        .map((field) => ({
          type: baseTypeName(field.childForFieldName('type')),
          isPointer: field.child(0)?.type === '*',
        }));
    case 'interface_type':
      return type.namedChildren
        .filter((element) => element.type === 'type_elem')
        .map((element) => ({ type: baseTypeName(element), isPointer: false }));
    default:
      return [];
  }
}

function readValues(node: Node, source: GoSource): ValueDeclaration {
  const specs = valueSpecs(node);
  const names = specs.flatMap(namesOf);
  return {
    keyword: node.type === 'const_declaration' ? 'const' : 'var',
    doc: docOf(node, source),
    names,
    specs: specs.map((spec) => {
      const type = spec.childForFieldName('type');
      return { type: type && baseTypeName(type), hasValue: spec.childForFieldName('value') !== null };
    }),
    text: names.some(isExported) ? printValues(node, source) : '',
  };
}
