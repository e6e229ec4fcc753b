import { availableParallelism, homedir } from 'node:os';
import type { ResolvedConfig } from '../lib/config/resolve.ts';
import type { EmbedderChoice } from '../lib/docs/embed/choice.ts';
import { embedderChoice } from '../lib/docs/embed/choice-from-settings.ts';

/** The embedder that the settings choose, on this machine. */
export function chosenEmbedder(
  { values }: Pick<ResolvedConfig, 'values'>,
  env: Readonly<NodeJS.ProcessEnv>,
): EmbedderChoice {
  return embedderChoice(values.docs, {
    env,
    homeDirectory: homedir(),
    platform: process.platform,
    processors: availableParallelism(),
    projectFolder: process.cwd(),
  });
}
