import type { Node } from 'web-tree-sitter';
import { commentText } from './comment-text.ts';
import { commentsOf, type FileComments } from './comments.ts';
import type { GoFile } from './go-parser.ts';

/** A file with its comments at hand. */
export interface GoSource extends GoFile {
  readonly comments: FileComments;
}

export interface FunctionDeclaration {
  readonly source: GoSource;
  readonly node: Node;
  readonly name: string;
  readonly doc: string;
  /** The type of the receiver; null for a function. */
  readonly receiver: Node | null;
}

export interface TypeDeclaration {
  readonly source: GoSource;
  /** The specification: name, type parameters, type. */
  readonly node: Node;
  /** The declaration around it where it stands alone; null in a group, and a group of one is a group. */
  readonly declaration: Node | null;
  readonly name: string;
  readonly doc: string;
  readonly type: Node | null;
}

export interface ValueDeclaration {
  readonly source: GoSource;
  readonly node: Node;
  readonly keyword: 'const' | 'var';
  readonly specs: readonly Node[];
  /** In the order of declaration. */
  readonly names: readonly string[];
  readonly doc: string;
}

/** What a file declares on its outermost level, in order. */
export interface FileDeclarations {
  readonly package: string;
  /** The comment above the package clause. */
  readonly doc: string;
  readonly functions: readonly FunctionDeclaration[];
  readonly types: readonly TypeDeclaration[];
  readonly values: readonly ValueDeclaration[];
  /** True when names of another package are used without its name, so that not every name can be told. */
  readonly hasDotImport: boolean;
  readonly source: GoSource;
}

export function declarationsOf(file: GoFile): FileDeclarations {
  const source: GoSource = { ...file, comments: commentsOf(file) };
  const doc = (node: Node) => commentText(source.comments.leading(node.startIndex));
  const nodes = file.root.namedChildren;
  const clause = nodes.find((node) => node.type === 'package_clause');
  return {
    package: clause?.namedChildren.find((node) => node.type === 'package_identifier')?.text ?? '',
    doc: clause ? doc(clause) : '',
    functions: nodes
      .filter((node) => node.type === 'function_declaration' || node.type === 'method_declaration')
      .map((node) => ({
        source,
        node,
        name: node.childForFieldName('name')?.text ?? '',
        doc: doc(node),
        receiver: receiverType(node),
      })),
    types: nodes
      .filter((node) => node.type === 'type_declaration')
      .flatMap((declaration) => typesOf(source, declaration, doc)),
    values: nodes
      .filter((node) => node.type === 'const_declaration' || node.type === 'var_declaration')
      .map((node) => {
        const specs = valueSpecs(node);
        const names = specs.flatMap((spec) =>
          spec
            .childrenForFieldName('name')
            .filter(isName)
            .map(({ text }) => text),
        );
        const keyword = node.type === 'const_declaration' ? 'const' : 'var';
        return { source, node, keyword, specs, names, doc: doc(node) };
      }),
    hasDotImport: nodes.some((node) => node.type === 'import_declaration' && node.descendantsOfType('dot').length > 0),
    source,
  };
}

/** The specifications of a `const` or `var` declaration, grouped or not. */
export function valueSpecs(declaration: Node): readonly Node[] {
  return declaration.namedChildren.flatMap((child) =>
    child.type === 'var_spec_list' ? child.namedChildren.filter(isValueSpec) : isValueSpec(child) ? [child] : [],
  );
}

function isValueSpec(node: Node): boolean {
  return node.type === 'const_spec' || node.type === 'var_spec';
}

/** The grammar gives the commas between names the field of the names. */
function isName(node: Node): boolean {
  return node.isNamed;
}

function receiverType(node: Node): Node | null {
  const parameter = node.childForFieldName('receiver')?.namedChildren.find((child) => child.type !== 'comment');
  return parameter?.childForFieldName('type') ?? null;
}

/** A type in a group without a comment of its own has that of the group. */
function typesOf(source: GoSource, declaration: Node, doc: (node: Node) => string): readonly TypeDeclaration[] {
  const isGroup = declaration.children.some((child) => child.type === '(');
  return declaration.namedChildren
    .filter((node) => node.type === 'type_spec' || node.type === 'type_alias')
    .map((node) => {
      const hasOwnDoc = isGroup && source.comments.leading(node.startIndex) !== undefined;
      return {
        source,
        node,
        declaration: isGroup ? null : declaration,
        name: node.childForFieldName('name')?.text ?? '',
        doc: doc(hasOwnDoc ? node : declaration),
        type: node.childForFieldName('type'),
      };
    });
}
