import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { access, chmod, mkdtemp, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';

/** Tells the workers where the templates of this run are. */
const TEMPLATES = 'CAPTURE_CLI_TEST_TEMPLATES';

/** Once for a run of tests, however many projects it has: an empty place for the directories below. */
export default function setup(): (() => void) | undefined {
  if (process.env[TEMPLATES] !== undefined) return;
  const place = mkdtempSync(join(tmpdir(), 'capture-cli-templates-'));
  // PostgreSQL runs as another user under root and must be able to pass through.
  chmodSync(place, 0o711);
  process.env[TEMPLATES] = place;
  // Workers and the processes that they start compile a module once, as the command line itself does, and at the same place.
  process.env['NODE_COMPILE_CACHE'] ??= join(tmpdir(), 'node-compile-cache');
  return () => rmSync(place, { recursive: true, force: true, maxRetries: 5 });
}

/**
 * Copies a directory to `target`, which must not be there yet, with owners and rights. The directory is made by `make` for
 * the first test of a run that asks for this name; outside of a run it is made in `target` itself.
 */
export async function copyTemplate(
  name: string,
  target: string,
  make: (directory: string) => Promise<void>,
): Promise<void> {
  const place = process.env[TEMPLATES];
  if (place === undefined) return make(target);
  await execa('cp', ['-a', await template(place, name, make), target]);
}

async function template(place: string, name: string, make: (directory: string) => Promise<void>): Promise<string> {
  const path = join(place, name);
  if (await isThere(path)) return path;
  const making = await mkdtemp(`${path}-`);
  await chmod(making, 0o711);
  const made = join(making, 'made');
  try {
    await make(made);
    // Of two that make it at once, one is first; the other's is as good.
    await rename(made, path).catch(async (thrown: unknown) => {
      if (!(await isThere(path))) throw thrown;
    });
  } finally {
    await rm(making, { recursive: true, force: true });
  }
  return path;
}

function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
