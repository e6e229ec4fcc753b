import { execFile } from 'node:child_process';
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';

const PROJECT = resolve(import.meta.dirname, '../..');

export interface ProgressBuild {
  /** The compiled `src/lib/progress/render.ts`. */
  readonly renderModule: string;
  remove(): Promise<void>;
}

/** Compiles the renderers alone into a folder of their own: Node runs TypeScript, but not the JSX of the live view. */
export async function buildProgress(): Promise<ProgressBuild> {
  const folder = await mkdtemp(join(tmpdir(), 'progress-build-'));
  const config = {
    extends: join(PROJECT, 'tsconfig.json'),
    compilerOptions: {
      noEmit: false,
      rootDir: join(PROJECT, 'src'),
      outDir: join(folder, 'out'),
      typeRoots: [join(PROJECT, 'node_modules/@types')],
    },
    include: [],
    files: [join(PROJECT, 'src/lib/progress/render.ts'), join(PROJECT, 'src/lib/progress/ink/live.tsx')],
  };
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(config));
  await writeFile(join(folder, 'package.json'), JSON.stringify({ type: 'module' }));
  await symlink(join(PROJECT, 'node_modules'), join(folder, 'node_modules'));
  await promisify(execFile)(join(PROJECT, 'node_modules/.bin/tsc'), ['-p', join(folder, 'tsconfig.json')]).catch(
    (failure: { stdout?: string }) => {
      throw new Error(`the progress renderers do not compile:\n${failure.stdout ?? failure}`);
    },
  );
  return {
    renderModule: join(folder, 'out/lib/progress/render.js'),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
