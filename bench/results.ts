import { availableParallelism, cpus, type as systemType, totalmem } from 'node:os';
import type { Figure, Section } from './figure.ts';

const VERDICT = new Map<boolean | null, string>([
  [true, 'met'],
  [false, '**not met**'],
  [null, ''],
]);

/** The report of a bench as Markdown. */
export function resultsMarkdown(
  sections: readonly Section[],
  measured: { readonly at: Date; readonly minutes: number },
): string {
  return [
    '# Benchmark results',
    '',
    `Measured on ${measured.at.toISOString().slice(0, 10)} in ${measured.minutes.toFixed(1)} minutes by \`npm run bench\`: ${machine()}.`,
    '',
    'Everything runs on this one machine: the command line as built, and in processes of their own the simulated GitHub and, for the',
    'hosted path, PostgreSQL. Memory is the resident set that Linux tells; its peak is the kernel’s own high-water mark.',
    '',
    ...sections.flatMap(sectionLines),
  ].join('\n');
}

function machine(): string {
  const memory = Math.round(totalmem() / 2 ** 30);
  return `${availableParallelism()} × ${cpus()[0]?.model ?? 'unknown processor'}, ${memory} GB, ${systemType()}, Node ${process.versions.node}`;
}

function sectionLines({ title, figures, notes }: Section): readonly string[] {
  const rows = figures.map(
    ({ name, target, measured, met }) => `| ${name} | ${target ?? ''} | ${measured} | ${VERDICT.get(met)} |`,
  );
  const table = rows.length === 0 ? [] : ['| figure | target | measured | |', '|---|---|---|---|', ...rows, ''];
  const list = notes.length === 0 ? [] : [...notes.map((note) => `- ${note}`), ''];
  return [`## ${title}`, '', ...table, ...list];
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
