import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

interface Profile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: { readonly functionName: string; readonly url: string };
  }[];
  readonly samples: readonly number[];
  /** Microseconds before each sample. */
  readonly timeDeltas: readonly number[];
}

/** What the main thread spent its time on, in milliseconds, the largest share first. Idle time is left out. */
export type TimeShares = readonly (readonly [where: string, ms: number])[];

/** By the first pattern that fits a frame's url, or its name where there is no url. */
const PLACES: readonly (readonly [RegExp, string])[] = [
  [/^wasm:/, 'the database itself (WebAssembly)'],
  [/@electric-sql\/pglite/, 'PGlite around it'],
  [/@supabase\/lite|node_modules\/(hono|@hono|kysely)/, 'PostgREST layer (@supabase/lite)'],
  [/@supabase\//, 'supabase-js'],
  [/dist\/lib\/store\//, 'store client'],
  [/dist\/lib\/github\//, 'GitHub client: fetch and parse'],
  [/^node:internal\/deps\/undici/, 'GitHub client: fetch and parse'],
  [/dist\/lib\/backfill\//, 'backfill engine: mapping, plan, events'],
  [/dist\/lib\/(progress|redact)|dist\/(pipeline|base|backfill)/, 'progress and redaction'],
  [/^\(garbage collector\)/, 'garbage collection'],
  [/^node:/, 'node itself'],
  [/^\((program|root)\)/, 'outside JavaScript'],
];

/** Adds up the profiles that `node --cpu-prof --cpu-prof-dir` wrote into a folder. */
export async function timeShares(folder: string): Promise<TimeShares> {
  const shares = new Map<string, number>();
  for (const file of await readdir(folder)) {
    if (!file.endsWith('.cpuprofile')) continue;
    const { nodes, samples, timeDeltas } = JSON.parse(await readFile(join(folder, file), 'utf8')) as Profile;
    const places = new Map(nodes.map(({ id, callFrame }) => [id, placeOf(callFrame)]));
    for (const [index, node] of samples.entries()) {
      const place = places.get(node);
      // The delta of a sample is the time that the one before it lasted.
      const lasted = (timeDeltas[index + 1] ?? 0) / 1_000;
      if (place !== undefined && place !== null) shares.set(place, (shares.get(place) ?? 0) + lasted);
    }
  }
  return [...shares].sort(([, one], [, other]) => other - one);
}

function placeOf({ functionName, url }: { readonly functionName: string; readonly url: string }): string | null {
  if (functionName === '(idle)') return null;
  const subject = url === '' ? functionName : url;
  return PLACES.find(([pattern]) => pattern.test(subject))?.[1] ?? 'other';
}
