import type { FlagValue } from '../lib/config/resolve.ts';

/** The setting that a flag stands for. An empty value counts as no flag: GitHub Actions passes unset inputs that way. */
export function flagValue(name: string, value: string | undefined): FlagValue | undefined {
  return value ? { name, value } : undefined;
}
