import type { IO } from '../io.ts';

/**
 * - `live`: redrawn in place on stderr; needs a terminal
 * - `lines`: appended to stderr, for pipes, CI, screen readers and `--plain`
 * - `jsonl`: one JSON document a line on stdout
 * - `silent`: nothing
 */
export type ProgressMode = 'live' | 'lines' | 'jsonl' | 'silent';

export interface ModeFlags {
  readonly json: boolean;
  readonly jsonl: boolean;
  readonly plain: boolean;
  readonly io: Pick<IO, 'isLive' | 'env'>;
}

/**
 * How progress is shown. `--json` promises one document and nothing beside it. `ACCESSIBLE=1` asks for text that is
 * never repainted, which is silent to screen readers.
 */
export function chooseMode({ json, jsonl, plain, io }: ModeFlags): ProgressMode {
  if (jsonl) return 'jsonl';
  if (json) return 'silent';
  const accessible = Boolean(io.env['ACCESSIBLE']) && io.env['ACCESSIBLE'] !== '0';
  return io.isLive && !plain && !accessible ? 'live' : 'lines';
}
