import type { FunctionDoc, FunctionSet } from './function-set.ts';
import type { NamedType, NamedTypes } from './named-types.ts';

/** Gives every struct the methods of the types that it embeds, at any depth, as its own. */
export function addEmbeddedMethods(types: NamedTypes): void {
  for (const type of types) {
    if (type.declaration?.isStruct)
      collect(type.methods, type, { owner: type.name, viaPointer: false, level: 1, path: new Set() });
  }
}

interface Walk {
  readonly owner: string;
  /** True below a type that is embedded by a pointer: from there on every method is one of a pointer already. */
  readonly viaPointer: boolean;
  readonly level: number;
  readonly path: ReadonlySet<NamedType>;
}

function collect(methods: FunctionSet, type: NamedType, walk: Walk): void {
  const path = new Set(walk.path).add(type);
  for (const [embedded, isPointer] of type.embedded) {
    const viaPointer = walk.viaPointer || isPointer;
    for (const method of [...embedded.methods]) {
      if (method.level === 0) methods.embed(asMethodOf(method, walk.owner, viaPointer, walk.level));
    }
    if (!path.has(embedded)) collect(methods, embedded, { ...walk, viaPointer, level: walk.level + 1, path });
  }
}

function asMethodOf(method: FunctionDoc, owner: string, viaPointer: boolean, level: number): FunctionDoc {
  const isPointer = method.declaration.receiver?.isPointer && !viaPointer;
  return { ...method, receiver: isPointer ? `*${owner}` : owner, level };
}
