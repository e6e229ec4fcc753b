import type { RequestKind } from '../request-kind.ts';
import type { Fault, FaultRule, FaultScript } from './script.ts';
import { parseFaultScript } from './script.ts';

/** What a rule can see of a request. */
export interface FaultSubject {
  readonly kind: RequestKind;
  readonly pageSize: number;
  readonly numbers: readonly number[];
}

interface Counted {
  readonly rule: FaultRule;
  matched: number;
  fired: number;
}

/** Decides, by counting alone, which request gets which fault. The first rule that fires wins; all of them count. */
export class Faults {
  #rules: Counted[] = [];

  /** @throws OperatorError `fault_script_invalid`. */
  constructor(script: FaultScript) {
    this.replace(script);
  }

  /** Puts a new script in the place of the old one; counting starts again. @throws OperatorError. */
  replace(script: unknown): void {
    this.#rules = parseFaultScript(script, 'The fault script').map((rule) => ({ rule, matched: 0, fired: 0 }));
  }

  /** The same script counts from the beginning. */
  reset(): void {
    for (const counted of this.#rules) {
      counted.matched = 0;
      counted.fired = 0;
    }
  }

  /** How often each rule matched and fired, in the order of the script. */
  get counts(): readonly { readonly matched: number; readonly fired: number }[] {
    return this.#rules.map(({ matched, fired }) => ({ matched, fired }));
  }

  /** The fault for this request; null for none. */
  next(subject: FaultSubject): Fault | null {
    let chosen: Fault | null = null;
    for (const counted of this.#rules) {
      if (!isSubject(counted.rule, subject)) continue;
      counted.matched += 1;
      if (chosen || !isDue(counted)) continue;
      counted.fired += 1;
      chosen = counted.rule.fault;
    }
    return chosen;
  }
}

function isSubject({ match, fault }: FaultRule, subject: FaultSubject): boolean {
  if (match.kind !== undefined && match.kind !== 'any' && match.kind !== subject.kind) return false;
  if (match.number !== undefined && !subject.numbers.includes(match.number)) return false;
  if (match.minPageSize !== undefined && subject.pageSize < match.minPageSize) return false;
  if (fault.type !== 'maxPageSize') return true;
  return (match.kind !== undefined || subject.kind === 'hydrate') && subject.pageSize > (fault.maxPageSize ?? 0);
}

function isDue({ rule: { match }, matched, fired }: Counted): boolean {
  if (match.times !== undefined && fired >= match.times) return false;
  if (match.nth !== undefined && matched !== match.nth) return false;
  if (match.from !== undefined && matched < match.from) return false;
  if (match.to !== undefined && matched > match.to) return false;
  return match.every === undefined || (matched - (match.from ?? 1) + 1) % match.every === 0;
}
