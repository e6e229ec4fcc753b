import { readFile } from 'node:fs/promises';
import { writeFileAtomically } from './store-directory.ts';

/** Where the API layer keeps what it read from the catalogue: the shape that it asks for. */
export interface SchemaCache {
  get(key: string): Promise<string | undefined>;
  set(key: string, value: string): Promise<void>;
  delete(key: string): Promise<void>;
}

/**
 * A schema cache in one file. The schema changes by migrations only, so an entry is good for as long as `validity` (the
 * migrations' hash and the API layer's version) stays the same. A file that cannot be read or used counts as none.
 */
export function fileSchemaCache(path: string, validity: string): SchemaCache {
  return {
    get: async () => {
      try {
        const entry: unknown = JSON.parse(await readFile(path, 'utf8'));
        if (typeof entry !== 'object' || entry === null || !('validity' in entry) || !('schema' in entry))
          return undefined;
        return entry.validity === validity && typeof entry.schema === 'string' ? entry.schema : undefined;
      } catch {
        return undefined;
      }
    },
    set: (_key, schema) => writeFileAtomically(path, JSON.stringify({ validity, schema })),
    // The API layer drops its cache whenever the connection closes; ours outlives it.
    delete: async () => undefined,
  };
}
