import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { messageOf, OperatorError } from '../../src/lib/errors.ts';
import { EXIT } from '../../src/lib/exit-codes.ts';
import { readFaultScript } from './faults/script.ts';
import { mutationScript } from './history/mutations.ts';
import { pullRequestOverrides } from './history/overrides.ts';
import { readRecordedFile } from './history/recorded-history.ts';
import type { RepositoryOptions } from './history/repository.ts';
import type { SandboxOptions } from './sandbox.ts';

export const USAGE = `A simulated GitHub on this machine.

  npm run sandbox -- --repo acme/big --prs 20000

  --repo OWNER/NAME       a repository; may be given several times (default acme/big, or the seed file's own)
  --prs N                 generated pull requests of each repository (default 100)
  --random-seed N         another seed, other pull requests (default 1)
  --seed FILE             a recorded history (.jsonl or .jsonl.gz) instead of a generated one
  --overrides FILE        JSON: what is fixed about single pull requests, by number
  --port N                where to listen on 127.0.0.1 (default: any free port)
  --latency github        answer as slowly as GitHub does (default none)
  --latency-factor X      scale that, e.g. 0.1
  --faults FILE           JSON list of {"match": ..., "fault": ...}
  --mutations FILE        JSON list of {"at": {"ms": N} or {"request": N}, "mutation": ...}
  --limit N               GraphQL points of a window (default 5000)
  --rest-limit N          REST requests of a window (default 5000)
  --window-ms N           length of a window (default one hour)
  --help
`;

function usageError(message: string): OperatorError {
  return new OperatorError(message, { code: 'usage', exitCode: EXIT.usage, nextSteps: ['npm run sandbox -- --help'] });
}

function numberOf(flag: string, value: string | undefined, least: number): number | undefined {
  if (value === undefined) return undefined;
  const parsed = Number(value);
  const isWhole = flag === 'latency-factor' || Number.isInteger(parsed);
  if (value.trim() === '' || !Number.isFinite(parsed) || !isWhole || parsed < least) {
    throw usageError(
      `--${flag} must be ${flag === 'latency-factor' ? 'a number' : 'a whole number'} of at least ${least}, not "${value}"`,
    );
  }
  return parsed;
}

function jsonFile<Value>(flag: string, file: string, schema: z.ZodType<Value>): Value {
  let parsed: unknown;
  try {
    parsed = JSON.parse(readFileSync(file, 'utf8'));
  } catch (thrown) {
    throw usageError(`--${flag} ${file} cannot be read: ${messageOf(thrown)}`);
  }
  const result = schema.safeParse(parsed);
  if (!result.success) throw usageError(`--${flag} ${file} is not valid: ${z.prettifyError(result.error)}`);
  return result.data;
}

function parseFlags(argv: readonly string[]) {
  const value = { type: 'string' } as const;
  try {
    return parseArgs({
      args: [...argv],
      strict: true,
      allowPositionals: false,
      options: {
        repo: { type: 'string', multiple: true },
        prs: value,
        'random-seed': value,
        seed: value,
        overrides: value,
        port: value,
        latency: value,
        'latency-factor': value,
        faults: value,
        mutations: value,
        limit: value,
        'rest-limit': value,
        'window-ms': value,
        help: { type: 'boolean' },
      },
    }).values;
  } catch (thrown) {
    throw usageError(messageOf(thrown));
  }
}

function repositoriesOf(flags: ReturnType<typeof parseFlags>): readonly RepositoryOptions[] {
  const { seed: seedFile } = flags;
  if (seedFile !== undefined && flags.prs !== undefined)
    throw usageError('--prs has no effect with --seed: the file says how many there are');
  const names = flags.repo ?? [seedFile === undefined ? 'acme/big' : readRecordedFile(seedFile).repository];
  const prs = numberOf('prs', flags.prs, 0);
  const seed = numberOf('random-seed', flags['random-seed'], 0);
  const overrides =
    flags.overrides === undefined ? undefined : jsonFile('overrides', flags.overrides, pullRequestOverrides);
  return names.map((nameWithOwner) => {
    const match = /^([^/\s]+)\/([^/\s]+)$/.exec(nameWithOwner);
    const [, owner, name] = match ?? [];
    if (owner === undefined || name === undefined)
      throw usageError(`--repo must be OWNER/NAME, not "${nameWithOwner}"`);
    return {
      owner,
      name,
      ...(prs === undefined ? {} : { prs }),
      ...(seed === undefined ? {} : { seed }),
      ...(seedFile === undefined ? {} : { seedFile }),
      ...(overrides === undefined ? {} : { overrides }),
    };
  });
}

/**
 * The sandbox's options from its command line; null when help was asked for.
 * @throws OperatorError with exit code 2 for flags or files that cannot be used.
 */
export function parseCommandLine(argv: readonly string[]): SandboxOptions | null {
  const flags = parseFlags(argv);
  if (flags.help) return null;
  const { latency } = flags;
  if (latency !== undefined && latency !== 'github' && latency !== 'none') {
    throw usageError(`--latency must be github or none, not "${latency}"`);
  }
  const port = numberOf('port', flags.port, 0);
  if (port !== undefined && port > 65_535) throw usageError(`--port must be at most 65535, not "${port}"`);
  const latencyFactor = numberOf('latency-factor', flags['latency-factor'], 0);
  const graphqlLimit = numberOf('limit', flags.limit, 1);
  const restLimit = numberOf('rest-limit', flags['rest-limit'], 1);
  const windowMs = numberOf('window-ms', flags['window-ms'], 1);
  return {
    repositories: repositoriesOf(flags),
    ...(port === undefined ? {} : { port }),
    ...(latency === undefined ? {} : { latency }),
    ...(latencyFactor === undefined ? {} : { latencyFactor }),
    ...(graphqlLimit === undefined ? {} : { graphqlLimit }),
    ...(restLimit === undefined ? {} : { restLimit }),
    ...(windowMs === undefined ? {} : { windowMs }),
    ...(flags.faults === undefined ? {} : { faults: [...readFaultScript(flags.faults)] }),
    ...(flags.mutations === undefined ? {} : { mutations: jsonFile('mutations', flags.mutations, mutationScript) }),
  };
}
