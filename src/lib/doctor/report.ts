import { styled } from '../term.ts';
import type { CheckStatus } from './check.ts';
import type { Diagnosis } from './doctor.ts';

const SYMBOLS = { pass: '✔', warn: '!', fail: '✖' } as const satisfies Record<CheckStatus, string>;
const STYLES = { pass: 'green', warn: 'yellow', fail: 'red' } as const satisfies Record<CheckStatus, string>;

/** The diagnosis as lines for people. Every symbol has its word beside it. */
export function diagnosisLines({ checks, settings }: Diagnosis, stream: NodeJS.WriteStream): string[] {
  const nameWidth = Math.max(...checks.map((check) => check.name.length));
  const lines: string[] = [];
  for (const { name, status, detail, fix, elapsedMs } of checks) {
    const verdict = styled(STYLES[status], `${SYMBOLS[status]} ${status}`, stream);
    lines.push(
      `${verdict}  ${name.padEnd(nameWidth)}  ${detail} ${styled('dim', `(${Math.round(elapsedMs)} ms)`, stream)}`,
    );
    if (fix) lines.push(`${' '.repeat(nameWidth + 10)}fix: ${fix}`);
  }
  if (settings.length > 0) {
    const keyWidth = Math.max(...settings.map((setting) => setting.key.length));
    lines.push('', 'Settings');
    for (const { key, value, source } of settings) {
      lines.push(`  ${key.padEnd(keyWidth)}  ${value ?? 'not set'} ${styled('dim', `(${source})`, stream)}`);
    }
  }
  const count = (status: CheckStatus): number => checks.filter((check) => check.status === status).length;
  lines.push('', `${count('pass')} passed, ${count('warn')} warnings, ${count('fail')} failed`);
  return lines;
}
