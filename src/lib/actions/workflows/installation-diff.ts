import type { InstalledWorkflow } from './installation.ts';
import { unifiedDiff } from './unified-diff.ts';

/** What an installation would change, as a patch that `git apply` takes. Empty when nothing would. */
export function installationDiff(workflows: readonly InstalledWorkflow[]): readonly string[] {
  return workflows
    .filter(({ state }) => state !== 'current')
    .flatMap(({ path, present, rendered }) => [
      `--- ${present === undefined ? '/dev/null' : `a/${path}`}`,
      `+++ b/${path}`,
      ...unifiedDiff((present ?? '').replaceAll('\r\n', '\n'), rendered),
    ]);
}
