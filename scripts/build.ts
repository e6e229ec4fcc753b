import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';

/** Compiles `src` to `dist` and writes the oclif manifest, which spares every start the scan of all commands. */
rmSync('dist', { recursive: true, force: true });
execFileSync('tsc', ['-p', 'tsconfig.build.json'], { stdio: 'inherit' });
execFileSync('oclif', ['manifest'], { stdio: ['ignore', 'ignore', 'inherit'] });
