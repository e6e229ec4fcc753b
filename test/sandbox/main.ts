import { fstatSync } from 'node:fs';
import { OperatorError } from '../../src/lib/errors.ts';
import { EXIT } from '../../src/lib/exit-codes.ts';
import { parseCommandLine, USAGE } from './command-line.ts';
import type { Sandbox, SandboxOptions } from './sandbox.ts';
import { startSandbox } from './sandbox.ts';

/** True when whoever started this process holds the other end of its stdin. */
function stdinIsPipe(): boolean {
  try {
    const stat = fstatSync(0);
    return stat.isFIFO() || stat.isSocket();
  } catch {
    return false;
  }
}

/** Resolves when the sandbox is to end: by a signal, or because the process that started it is gone. */
function untilTold(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => resolve());
    if (!stdinIsPipe()) return;
    process.stdin.on('error', () => resolve());
    process.stdin.on('close', () => resolve());
    process.stdin.resume();
  });
}

function announce(sandbox: Sandbox): string {
  const repositories = sandbox.repositories
    .all()
    .map((each) => `#   ${each.nameWithOwner}: ${each.numbers.length} pull requests, ${each.source}`);
  return [
    '# A simulated GitHub is listening. Paste this where capture-cli will run:',
    `export GITHUB_API_URL=${sandbox.apiUrl} GITHUB_GRAPHQL_URL=${sandbox.graphqlUrl} GITHUB_TOKEN=ghp_sandbox`,
    ...repositories,
    '# Ctrl-C ends it.',
    '',
  ].join('\n');
}

async function serve(options: SandboxOptions): Promise<void> {
  const told = untilTold();
  const sandbox = await startSandbox(options);
  process.stdout.write(announce(sandbox));
  await told;
  await sandbox.close();
  process.stdin.destroy();
}

try {
  const options = parseCommandLine(process.argv.slice(2));
  if (options) await serve(options);
  else process.stdout.write(USAGE);
} catch (thrown) {
  if (!(thrown instanceof OperatorError)) throw thrown;
  process.stderr.write(`${thrown.message}\n${thrown.nextSteps.map((step) => `  ${step}\n`).join('')}`);
  process.exitCode = thrown.exitCode === EXIT.done ? EXIT.failed : thrown.exitCode;
}
