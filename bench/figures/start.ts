import { join } from 'node:path';
import { execa } from 'execa';
import { cleanEnvironment, PROJECT_ROOT } from '../../test/support/cli.ts';
import { temporaryDirectory } from '../../test/support/temp.ts';
import { writeBareOclif } from '../baseline/bare-oclif.ts';
import { atMost, median, number, type Section } from '../figure.ts';

const RUNS = 21;
/** The registry that deadzone ships: 234 entries, 253 libraries. */
const REGISTRY = join(PROJECT_ROOT, 'test', 'fixtures', 'doc-registry', 'libraries_sources.yaml');

/** How long the command line takes to say the least, beside a bare oclif program that runs in turn with it. */
export async function start(): Promise<Section> {
  const temp = await temporaryDirectory();
  try {
    const hello = await writeBareOclif(join(temp.path, 'hello'));
    const product = join(PROJECT_ROOT, 'bin', 'run.js');
    const candidates = {
      hello: [hello, 'hello'],
      'hello --version': [hello, '--version'],
      'hello hello --help': [hello, 'hello', '--help'],
      '--version': [product, '--version'],
      'backfill --help': [product, 'backfill', '--help'],
      list: [product, 'list', '--json', '--registry', REGISTRY],
    } as const;
    const env = { ...cleanEnvironment(temp.path), NODE_COMPILE_CACHE: join(temp.path, 'compile-cache') };
    const times = new Map<string, number[]>();
    // The first round fills the compile cache and does not count.
    for (let round = 0; round <= RUNS; round += 1) {
      for (const [name, args] of Object.entries(candidates)) {
        const startedAt = performance.now();
        await execa(process.execPath, args, { cwd: temp.path, env, extendEnv: false });
        if (round > 0) times.set(name, [...(times.get(name) ?? []), performance.now() - startedAt]);
      }
    }
    const middle = (name: keyof typeof candidates) => median(times.get(name) ?? []);
    return {
      title: 'Start',
      figures: [
        atMost('`capture-cli --version` over a bare oclif hello', middle('--version') / middle('hello'), 1.3, '×'),
        atMost(
          '`capture-cli backfill --help` over a bare oclif hello',
          middle('backfill --help') / middle('hello'),
          1.3,
          '×',
        ),
        atMost('`capture-cli list` on a registry of 253 libraries', middle('list') / 1_000, 0.25, 's'),
      ],
      notes: [
        `Medians of ${RUNS} alternating runs: ${Object.keys(candidates)
          .map((name) => `\`${name}\` ${number(middle(name as keyof typeof candidates))} ms`)
          .join(', ')}.`,
      ],
    };
  } finally {
    await temp.remove();
  }
}
