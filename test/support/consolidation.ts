import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { systemClock } from '../../src/lib/clock.ts';
import { writeArtifact } from '../../src/lib/docs/artifact/write-artifact.ts';
import {
  type ConsolidateOptions,
  type Consolidation,
  consolidate,
} from '../../src/lib/docs/consolidate/consolidate.ts';
import type { Slot } from '../../src/lib/docs/slot.ts';
import type { ProgressEvent } from '../../src/lib/progress/events.ts';
import { type SampleOptions, sampleContent } from './sample-artifact.ts';

/** Writes the artifacts of slots into `artifacts` below a folder. */
export async function writeSamples(root: string, slots: readonly Slot[], options: SampleOptions = {}): Promise<void> {
  for (const slot of slots) {
    await writeArtifact(join(root, 'artifacts', slot.slug), sampleContent(slot, options), 1_700_000_000_000);
  }
}

/** A registry file with these slots. Slots of one library follow each other. */
export async function writeRegistry(root: string, slots: readonly Slot[]): Promise<string> {
  const libraries = [...Map.groupBy(slots, ({ libId }) => libId)].map(([libId, versions]) => {
    const urls = versions[0]?.version === '' ? versions[0].urls : [`https://docs.example${libId}/{ref}.md`];
    const named = versions
      .filter(({ version }) => version !== '')
      .map(({ version, ref }) => `      "${version}": { ref: ${ref} }`);
    return [
      `  - lib_id: ${libId}`,
      '    kind: github-md',
      `    urls: ${JSON.stringify(urls)}`,
      ...(named.length === 0 ? [] : ['    versions:', ...named]),
    ].join('\n');
  });
  await mkdir(root, { recursive: true });
  const path = join(root, 'libraries_sources.yaml');
  await writeFile(path, `libraries:\n${libraries.join('\n')}\n`);
  return path;
}

/** Consolidates `artifacts` into `deadzone.db`, both below a folder. */
export async function consolidateSamples(
  root: string,
  slots: readonly Slot[],
  options: Partial<Pick<ConsolidateOptions, 'keepRemoved' | 'maxShrink' | 'released'>> = {},
): Promise<{ readonly result: Consolidation; readonly events: readonly ProgressEvent[] }> {
  const running = consolidate({
    registry: { path: 'libraries_sources.yaml', slots },
    artifacts: join(root, 'artifacts'),
    database: join(root, 'deadzone.db'),
    keepRemoved: false,
    maxShrink: 5,
    released: null,
    clock: systemClock,
    signal: new AbortController().signal,
    ...options,
  });
  const events: ProgressEvent[] = [];
  for (;;) {
    const next = await running.next();
    if (next.done) return { result: next.value, events };
    events.push(next.value);
  }
}
