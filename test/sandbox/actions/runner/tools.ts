import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

function npxScript(run: string, version: string): string {
  return `#!/bin/bash
# npx without a network: the one package that it has is the capture-cli that was built here.
while [[ $# -gt 0 ]]; do
  case "$1" in
    -y|--yes|--prefer-offline|--no-install) shift ;;
    -p|--package) shift 2 ;;
    --package=*) shift ;;
    --) shift; break ;;
    -*) echo "npm error unknown option $1 of the sandbox's npx" >&2; exit 1 ;;
    *) break ;;
  esac
done
package="$1"; shift
case "$package" in
  capture-cli|capture-cli@latest|${quoted(`capture-cli@${version}`)}) ${run} ;;
  capture-cli@*) printf 'npm error code ETARGET\\nnpm error notarget No matching version found for %s.\\n' "$package" >&2; exit 1 ;;
  *) printf 'npm error code E404\\nnpm error 404 The sandbox has no package %s\\n' "$package" >&2; exit 1 ;;
esac
`;
}

const NPM = `#!/bin/bash
# npm without a network. What needs a registry or would have to be executed is refused, so that nothing passes unseen.
case "$1" in
  ci)
    [[ -f package-lock.json ]] || { echo "npm error code EUSAGE: npm ci needs an existing package-lock.json" >&2; exit 1; }
    echo "added 0 packages" ;;
  --version|-v) echo "11.0.0" ;;
  *) echo "npm error the sandbox's npm cannot: npm $*" >&2; exit 1 ;;
esac
`;

const OFFLINE_NPX = `#!/bin/bash
printf 'npm error code ENOTFOUND\\nnpm error network The package registry cannot be reached.\\n' >&2
exit 1
`;

/**
 * Makes a folder with what stands for npm, npx and an installed capture-cli. It belongs in front of PATH.
 * @param cliRoot the project, with `package.json`, `bin/run.js` and what was built.
 * @param isOffline whether npx fails as it does where the registry cannot be reached.
 */
export async function makeTools(folder: string, cliRoot: string, isOffline = false): Promise<void> {
  await mkdir(folder, { recursive: true });
  const { version } = JSON.parse(await readFile(join(cliRoot, 'package.json'), 'utf8')) as { version: string };
  const run = `exec ${quoted(process.execPath)} ${quoted(join(cliRoot, 'bin', 'run.js'))} "$@"`;
  const tool = (name: string, script: string) => writeFile(join(folder, name), script, { mode: 0o755 });
  await Promise.all([
    tool('capture-cli', `#!/bin/bash\n${run}\n`),
    tool('npx', isOffline ? OFFLINE_NPX : npxScript(run, version)),
    tool('npm', NPM),
  ]);
}
