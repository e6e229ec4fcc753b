import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { writeRegistry, writeSamples } from '../../test/support/consolidation.ts';
import { sampleSlot } from '../../test/support/sample-artifact.ts';
import { temporaryDirectory } from '../../test/support/temp.ts';
import { atLeast, atMost, median, number, type Section, told } from '../figure.ts';
import { type MeasuredRun, runMeasured } from '../rig/measured-cli.ts';

const ARTIFACTS = 250;
const DOCUMENTS = 200;
/** Of the embedder that comes with the package. */
const DIM = 512;
/** Characters of a document, about. */
const LENGTH = 1_100;
const ROUNDS = 7;

/** The speed of `consolidate` beside the bare copying that it contains, run in turn, and its memory. */
export async function consolidation(): Promise<Section> {
  const temp = await temporaryDirectory();
  try {
    const slots = Array.from({ length: ARTIFACTS }, (_, index) => sampleSlot(`/acme/library-${index}`));
    const identity = { kind: 'sample', model: 'sample/unit-vectors', dim: DIM };
    await writeSamples(temp.path, slots, { documents: DOCUMENTS, length: LENGTH, identity });
    const registry = await writeRegistry(temp.path, slots);
    const [artifacts, database] = [join(temp.path, 'artifacts'), join(temp.path, 'deadzone.db')];
    const args = ['consolidate', '--jsonl', '--registry', registry, '--artifacts', artifacts, '--db', database];
    const bare: number[] = [];
    const ours: number[] = [];
    const unchanged: number[] = [];
    let peak = 0;
    // The first round fills the caches of the disk and does not count.
    for (let round = 0; round <= ROUNDS; round += 1) {
      const bareMs = await bareMerge(artifacts, join(temp.path, 'bare.db'));
      await rm(database, { force: true });
      const run = await runMeasured(args);
      const again = await runMeasured(args);
      peak = Math.max(peak, run.meter.peak, again.meter.peak);
      if (round === 0) continue;
      bare.push(bareMs);
      ours.push(elapsedOf(run, 'written'));
      unchanged.push(elapsedOf(again, 'unchanged'));
    }
    const seconds = (times: readonly number[]) => `${number(median(times) / 1_000)} s`;
    const size = `${ARTIFACTS} artifacts, ${number(ARTIFACTS * DOCUMENTS)} documents, ${DIM} numbers each`;
    return {
      title: 'Consolidation',
      figures: [
        atLeast('speed, over the bare copying', median(bare) / median(ours), 0.8, '×'),
        atMost('memory, peak', peak, 200, 'MB'),
        told('where nothing changed', seconds(unchanged)),
      ],
      notes: [
        `${size}; medians of ${ROUNDS} runs in turn: bare ATTACH … INSERT … SELECT ${seconds(bare)}, consolidate ${seconds(ours)}.`,
        'Both write a new file with the journal in memory and bring it to the disk; consolidate also reads the meta rows of every artifact and checks owners, widths and counts of all rows, and lets the disk work while it copies.',
      ],
    };
  } finally {
    await temp.remove();
  }
}

async function bareMerge(artifacts: string, database: string): Promise<number> {
  const program = join(import.meta.dirname, '..', 'baseline', 'bare-merge.ts');
  const { stdout } = await execa(process.execPath, [program, artifacts, database, String(DIM)]);
  return Number(stdout);
}

function elapsedOf({ events, stderr }: MeasuredRun, outcome: 'written' | 'unchanged'): number {
  const last = events.at(-1);
  if (last?.event === 'consolidate.finished' && last.outcome === outcome) return last.elapsedMs;
  throw new Error(`the consolidation did not end as ${outcome}:\n${stderr}`);
}
