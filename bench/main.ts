import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Section } from './figure.ts';
import { apiCost } from './figures/api-cost.ts';
import { consolidation } from './figures/consolidate.ts';
import { embeddedCapture } from './figures/embedded-capture.ts';
import { embedding } from './figures/embedding.ts';
import { hostedCapture } from './figures/hosted-capture.ts';
import { withLatency } from './figures/latency.ts';
import { longMemory } from './figures/long-memory.ts';
import { pages } from './figures/pages.ts';
import { realInput } from './figures/real-input.ts';
import { repeatedScrape } from './figures/repeated-scrape.ts';
import { reseedPlan } from './figures/reseed.ts';
import { restart } from './figures/restart.ts';
import { start } from './figures/start.ts';
import { whereTimeGoes } from './figures/time-shares.ts';
import { watching } from './figures/watch.ts';
import { severalWorkers } from './figures/workers.ts';
import { type Measured, resultsMarkdown, sectionText } from './results.ts';

/**
 * Measures the product's figures, one after the other, prints each and writes them to bench/RESULTS.md. With names of
 * figures as arguments only those are measured and replaced there. Exit code 1 when a figure misses its target.
 */
const FIGURES: Readonly<Record<string, () => Promise<Section>>> = {
  start,
  restart,
  cost: () => apiCost(2_000),
  embedded: () => embeddedCapture(20_000),
  time: () => whereTimeGoes(3_000),
  hosted: () => hostedCapture(20_000),
  latency: () => withLatency(1_000, 0.5),
  real: realInput,
  watch: watching,
  pages,
  rescrape: repeatedScrape,
  memory: () => longMemory({ hosted: 60_000, embedded: 40_000 }),
  workers: () => severalWorkers({ pullRequests: 6_000, latencyFactor: 0.2 }),
  consolidate: consolidation,
  embedding,
  reseed: reseedPlan,
};

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !(name in FIGURES));
if (unknown.length > 0) {
  process.stderr.write(`There is no figure ${unknown.join(', ')}; there are ${Object.keys(FIGURES).join(', ')}.\n`);
  process.exit(2);
}

const measured: Measured[] = [];
for (const [name, measure] of Object.entries(FIGURES)) {
  if (asked.length > 0 && !asked.includes(name)) continue;
  const startedAt = performance.now();
  const section = await measure();
  measured.push({ section, at: new Date(), minutes: (performance.now() - startedAt) / 60_000 });
  process.stdout.write(sectionText(section));
}
const results = join(import.meta.dirname, 'RESULTS.md');
await writeFile(results, resultsMarkdown(measured, asked.length === 0 ? '' : await readFile(results, 'utf8')));
process.stdout.write('\nWritten to bench/RESULTS.md.\n');
if (measured.some(({ section }) => section.figures.some(({ met }) => met === false))) process.exitCode = 1;
