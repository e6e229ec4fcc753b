type Path = readonly (string | number)[];

/**
 * The path of the first null in a list of nodes (`nodes`, `edges`, or any list at the top, by its alias) that none of
 * `explained` names; undefined when there is none. GitHub's lists are nullable by schema, and nulls without an error are
 * how overload has shown itself: taken as data, they are silent loss.
 */
export function firstLostNode(data: object, explained: readonly Path[]): Path | undefined {
  const named = new Set(explained.map((path) => path.join('.')));
  // One stack and plain loops: every node of every page passes here, and entries or paths for each would cost more than
  // parsing the page.
  const path: (string | number)[] = [];

  function inList(list: readonly unknown[]): boolean {
    const step = path.at(-1);
    const isNodeList = path.length === 1 || step === 'nodes' || step === 'edges';
    for (let index = 0; index < list.length; index += 1) {
      const item = list[index];
      if (item === null ? isNodeList && !named.has([...path, index].join('.')) : below(index, item)) {
        if (item === null) path.push(index);
        return true;
      }
    }
    return false;
  }

  function inRecord(record: Readonly<Record<string, unknown>>): boolean {
    for (const key in record) {
      if (below(key, record[key])) return true;
    }
    return false;
  }

  function below(step: string | number, value: unknown): boolean {
    if (typeof value !== 'object' || value === null) return false;
    path.push(step);
    const found = Array.isArray(value) ? inList(value) : inRecord(value as Readonly<Record<string, unknown>>);
    if (!found) path.pop();
    return found;
  }

  return inRecord(data as Readonly<Record<string, unknown>>) ? path : undefined;
}
