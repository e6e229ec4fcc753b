import { access, constants, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type Finding, fail, pass, warn } from './check.ts';

const MIB = 1024 ** 2;
const GIB = 1024 ** 3;

/** A new embedded database takes some 40 MiB; a large repository (100,000 pull requests) some gigabytes. */
const LITTLE_DISK = 2 * GIB;
const NO_DISK = 200 * MIB;

/** The running Node against `engines.node`, `>=22.18.0`. */
export function checkNode(version: string, engines: string): Finding {
  const required = engines.replace(/^[^\d]*/, '');
  return compareVersions(version, required) >= 0
    ? pass(`${version} (${required} or newer is needed)`)
    : fail(`${version}, and ${required} or newer is needed`, 'install a newer Node from https://nodejs.org');
}

function compareVersions(a: string, b: string): number {
  const [left, right] = [a, b].map((version) => version.split('.').map(Number));
  for (let part = 0; part < 3; part += 1) {
    const difference = (left?.[part] ?? 0) - (right?.[part] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** git is what tells which repository a folder belongs to; nothing stops without it. */
export async function checkGit(env: Readonly<NodeJS.ProcessEnv>): Promise<Finding> {
  const { execa } = await import('execa');
  const result = await execa('git', ['--version'], {
    env,
    extendEnv: false,
    stdin: 'ignore',
    timeout: 5_000,
    reject: false,
  });
  return result.failed
    ? warn('not found', 'install git if you want OWNER/REPO to be taken from the checkout')
    : pass(result.stdout.replace(/^git version /, ''));
}

/** The space that is left where the embedded database is or will be. */
export async function checkDisk(directory: string): Promise<Finding> {
  const existing = await nearestExisting(directory);
  const { bavail, bsize } = await statfs(existing);
  const free = bavail * bsize;
  const detail = `${formatBytes(free)} free at ${existing}`;
  if (free < NO_DISK) return fail(detail, 'free some space, or choose another folder with --store');
  return free < LITTLE_DISK ? warn(detail, 'free some space before a large backfill') : pass(detail);
}

/** The folder itself, or the nearest above it that exists. */
export async function nearestExisting(directory: string): Promise<string> {
  for (let folder = directory; ; folder = dirname(folder)) {
    if (folder === dirname(folder)) return folder;
    const exists = await access(folder, constants.F_OK).then(
      () => true,
      () => false,
    );
    if (exists) return folder;
  }
}

function formatBytes(bytes: number): string {
  return bytes >= GIB ? `${(bytes / GIB).toFixed(1)} GiB` : `${Math.floor(bytes / MIB)} MiB`;
}
