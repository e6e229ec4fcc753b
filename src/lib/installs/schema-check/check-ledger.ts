import { OperatorError } from '../../errors.ts';
import type { LedgerEntry } from '../ledger/entry.ts';
import { parseLedger } from '../ledger/ledger-file.ts';
import { type InstallsFinding, RESTORE } from './finding.ts';

/** A ledger's text: its entries, and what is wrong with it. */
export interface CheckedLedger {
  readonly entries: readonly LedgerEntry[];
  readonly findings: readonly InstallsFinding[];
}

/**
 * Checks that every line of a ledger is an entry, and that nothing that was in it at the merge base was changed or taken
 * away. A last line that was cut off while it was written is no finding: the next append takes it away.
 *
 * @param base as it was at the merge base, null where nothing is compared
 */
export function checkLedger(
  path: string,
  text: string,
  base: { readonly name: string; readonly text: string } | null,
): CheckedLedger {
  const now = new Set(text.split('\n'));
  const before = base?.text.split('\n').filter((line) => line !== '') ?? [];
  const gone = before.flatMap((line, index) => (now.has(line) ? [] : [index + 1]));
  const findings: InstallsFinding[] = [];
  if (base !== null && gone[0] !== undefined) {
    const what = `${gone.length} of ${before.length} lines are gone or changed since ${base.name}, the first was line ${gone[0]}`;
    findings.push({
      rule: 'ledger/rewritten',
      line: gone[0],
      message: `${what}: a ledger is only added to`,
      nextSteps: [RESTORE],
    });
  }
  try {
    return { entries: parseLedger(path, text).entries, findings };
  } catch (thrown) {
    if (!(thrown instanceof OperatorError)) throw thrown;
    return { entries: [], findings: [unreadable(thrown, path)] };
  }
}

/** What `parseLedger` throws, with its place apart from its message. */
function unreadable({ message, nextSteps }: OperatorError, path: string): InstallsFinding {
  const [, line = '1', what = message] = /^:(\d+): (.*)$/s.exec(message.slice(path.length)) ?? [];
  return { rule: 'ledger/unreadable', line: Number(line), message: what, unreadable: true, nextSteps };
}
