import { join } from 'node:path';
import type { Settings } from '../../config/schema.ts';
import type { EmbedderChoice } from './choice.ts';

/** What is known of the machine and the user when an embedder is chosen. */
export interface EmbedderSurroundings {
  readonly env: Readonly<NodeJS.ProcessEnv>;
  readonly homeDirectory: string;
  readonly platform: NodeJS.Platform;
  /** Processors that this process may use. */
  readonly processors: number;
  /** Where optional packages are looked for first. */
  readonly projectFolder: string;
}

/** More threads than these leave none of a usual runner's memory and processors to the rest. */
const MOST_WORKERS = 4;

/** The embedder that the settings ask for. */
export function embedderChoice(docs: Settings['docs'], surroundings: EmbedderSurroundings): EmbedderChoice {
  switch (docs.embedder) {
    case 'use-lite':
      return { kind: 'use-lite', workers: docs.embedWorkers ?? Math.min(surroundings.processors, MOST_WORKERS) };
    case 'nomic': {
      const modelFolder = docs.modelFolder ?? join(userCacheFolder(surroundings), 'deadzone', 'models');
      return { kind: 'nomic', modelFolder, projectFolder: surroundings.projectFolder };
    }
    case 'openai':
      return { kind: 'openai', url: docs.openaiUrl, model: docs.openaiModel, dimensions: docs.openaiDimensions };
  }
}

/** Where Go programs, as deadzone is, keep caches (pkg.go.dev/os, UserCacheDir). */
function userCacheFolder({ env, homeDirectory, platform }: EmbedderSurroundings): string {
  if (platform === 'darwin') return join(homeDirectory, 'Library', 'Caches');
  if (platform === 'win32') return env['LOCALAPPDATA'] || join(homeDirectory, 'AppData', 'Local');
  return env['XDG_CACHE_HOME'] || join(homeDirectory, '.cache');
}
