import { availableParallelism, cpus, type as systemType, totalmem } from 'node:os';
import type { Figure, Section } from './figure.ts';

const VERDICT = new Map<boolean | null, string>([
  [true, 'met'],
  [false, '**not met**'],
  [null, ''],
]);

/** When a section was measured. */
export interface Measured {
  readonly section: Section;
  readonly at: Date;
  readonly minutes: number;
}

const HEAD = `# Benchmark results

Measured by \`npm run bench\`; with names of figures, only their sections are measured again.

Everything runs on one machine: the command line as built, and in processes of their own the simulated GitHub and, for the
hosted path, PostgreSQL. Memory is the resident set that Linux tells; its peak is the kernel’s own high-water mark.
`;

/**
 * The report of a bench as Markdown: the sections of the report before, those with the same title replaced and new ones
 * added at the end.
 * @param before an earlier report; empty where everything was measured anew.
 */
export function resultsMarkdown(measured: readonly Measured[], before: string): string {
  const sections = new Map(before.split(/^(?=## )/m).flatMap(titled));
  for (const each of measured) sections.set(each.section.title, sectionLines(each).join('\n'));
  return [HEAD, ...sections.values()].map((text) => `${text.trimEnd()}\n`).join('\n');
}

function titled(text: string): readonly (readonly [title: string, text: string])[] {
  const title = /^## (.+)$/m.exec(text)?.[1];
  return title === undefined ? [] : [[title, text]];
}

function machine(): string {
  const memory = Math.round(totalmem() / 2 ** 30);
  return `${availableParallelism()} × ${cpus()[0]?.model ?? 'unknown processor'}, ${memory} GB, ${systemType()}, Node ${process.versions.node}`;
}

function sectionLines({ section: { title, figures, notes }, at, minutes }: Measured): readonly string[] {
  const rows = figures.map(
    ({ name, target, measured, met }) => `| ${name} | ${target ?? ''} | ${measured} | ${VERDICT.get(met)} |`,
  );
  const table = rows.length === 0 ? [] : ['| figure | target | measured | |', '|---|---|---|---|', ...rows, ''];
  const when = `Measured on ${at.toISOString().slice(0, 10)} in ${minutes.toFixed(1)} minutes: ${machine()}.`;
  return [`## ${title}`, '', ...table, ...[...notes, when].map((note) => `- ${note}`), ''];
}

/** One section as aligned text for a terminal. */
export function sectionText({ title, figures, notes }: Section): string {
  const width = Math.max(0, ...figures.map(({ name }) => name.length));
  const lines = figures.map((figure) => `  ${figure.name.padEnd(width)}  ${lineEnd(figure)}`);
  return [`\n${title}`, ...lines, ...notes.map((note) => `  - ${note}`), ''].join('\n');
}

function lineEnd({ target, measured, met }: Figure): string {
  if (target === null) return measured;
  return `${measured} (target ${target}): ${met ? 'met' : 'NOT MET'}`;
}
