/** What a backfill was at when it was killed. */
export type KillPhase = 'starting' | 'enumerating' | 'hydrating' | 'storing' | 'auditing';

interface Told {
  readonly event: string;
  readonly finished?: number;
  readonly total?: number;
}

/**
 * Judged by its last words and by what it was answered.
 * @param stdout of the run, with `--jsonl`. @param pages of pull requests or reviews that were answered in full.
 */
export function phaseOf(stdout: string, pages: number): KillPhase {
  let phase: KillPhase = 'starting';
  let stored = 0;
  for (const { event, finished, total } of stdout.split('\n').flatMap(toldBy)) {
    switch (event) {
      case 'backfill.started':
        // With nothing left to capture, all that follows is looking for what changed meanwhile, and the audit.
        phase = finished === total && total !== 0 ? 'auditing' : 'enumerating';
        break;
      case 'enumeration.advanced':
        phase = 'enumerating';
        break;
      case 'chunk.started':
      case 'chunk.committed':
        phase = 'hydrating';
        stored += event === 'chunk.committed' ? 1 : 0;
        break;
      case 'audit.started':
        phase = 'auditing';
        break;
    }
  }
  return phase === 'hydrating' && pages > stored ? 'storing' : phase;
}

/** The last line may be cut off. */
function toldBy(line: string): readonly Told[] {
  try {
    return [JSON.parse(line) as Told];
  } catch {
    return [];
  }
}
