import type { Clock } from '../clock.ts';
import { describeProvenance, type ResolvedConfig } from '../config/resolve.ts';
import { findGitHubToken, findSupabaseKey } from '../config/secrets.ts';
import { SETTING_KEYS, type SettingKey } from '../config/settings.ts';
import { messageOf, OperatorError } from '../errors.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import type { Redactor } from '../redact.ts';
import { type Check, type Finding, fail, pass, refused } from './check.ts';
import { checkApi, checkBudgets, checkClock, checkToken, type GitHubProbe, NO_PROBE, probeGitHub } from './github.ts';
import { checkDisk, checkGit, checkNode } from './machine.ts';
import { checkEmbeddedStore, checkHostedStore } from './store.ts';

export interface DoctorOptions {
  readonly clock: Clock;
  readonly env: Readonly<NodeJS.ProcessEnv>;
  readonly fetch: typeof globalThis.fetch;
  /** Learns the token that `gh` gives, so that nothing prints it. */
  readonly redactor: Redactor;
  readonly settings: () => Promise<ResolvedConfig>;
  readonly nodeVersion: string;
  /** `engines.node` of package.json. */
  readonly requiredNode: string;
  readonly userAgent: string;
  readonly migrationsDirectory: string;
}

export interface EffectiveSetting {
  readonly key: SettingKey;
  /** Null when it is unset. */
  readonly value: string | null;
  readonly source: string;
}

export interface Diagnosis {
  readonly checks: readonly Check[];
  readonly settings: readonly EffectiveSetting[];
  readonly exitCode: ExitCode;
}

/** Looks at everything that a pipeline needs and reports; it changes nothing and never throws for what it finds. */
export async function diagnoseInstallation(options: DoctorOptions): Promise<Diagnosis> {
  const { clock, env, fetch, redactor, nodeVersion, requiredNode, userAgent, migrationsDirectory } = options;
  const checks: Check[] = [];
  const check = async (name: string, look: () => Finding | Promise<Finding>): Promise<void> => {
    const startedAt = clock.now();
    const finding = await Promise.resolve().then(look).catch(findingOf);
    checks.push({ name, ...finding, elapsedMs: clock.now() - startedAt });
  };

  await check('Node', () => checkNode(nodeVersion, requiredNode));
  await check('git', () => checkGit(env));
  let config: ResolvedConfig | undefined;
  await check('Configuration', async () => {
    config = await options.settings();
    const files = Object.values(config.files);
    return pass(files.length > 0 ? files.join(', ') : 'no file; defaults and environment');
  });
  if (config) {
    const { github, store } = config.values;
    const token = await findGitHubToken({ env, apiUrl: github.apiUrl });
    if (token) redactor.add(token.reveal());
    const timeoutMs = Math.min(github.requestTimeoutSeconds, 10) * 1000;
    let probe: GitHubProbe = NO_PROBE;
    await check('GitHub API', async () => {
      probe = await probeGitHub({ apiUrl: github.apiUrl, token, timeoutMs, fetch, clock, userAgent });
      return checkApi(github.apiUrl, probe);
    });
    await check('GitHub token', () => checkToken(token, probe));
    await check('GitHub rate limit', () => checkBudgets(probe));
    await check('Clock', () => checkClock(probe));
    if (store.url === undefined) {
      await check('Store', () => checkEmbeddedStore(store.directory));
      await check('Disk', () => checkDisk(store.directory));
    } else {
      const url = store.url;
      await check('Store', () =>
        checkHostedStore({
          url,
          key: findSupabaseKey(env),
          directory: store.directory,
          migrationsDirectory,
          clock,
          fetch,
          timeoutMs,
        }),
      );
    }
  }
  return { checks, settings: config ? effectiveSettings(config) : [], exitCode: exitCodeOf(checks) };
}

/** A check that throws has found something too. */
function findingOf(thrown: unknown): Finding {
  const refusal = thrown instanceof OperatorError ? thrown : undefined;
  const fix = refusal?.nextSteps.join('; ') || 'run the command again with --verbose';
  return refusal?.exitCode === EXIT.auth ? refused(messageOf(thrown), fix) : fail(messageOf(thrown), fix);
}

function exitCodeOf(checks: readonly Check[]): ExitCode {
  const failed = checks.filter((check) => check.status === 'fail');
  if (failed.length === 0) return EXIT.done;
  return failed.some((check) => check.auth) ? EXIT.auth : EXIT.failed;
}

function effectiveSettings({ values, provenance }: ResolvedConfig): EffectiveSetting[] {
  return SETTING_KEYS.map((key) => ({
    key,
    value: shownValue(values, key),
    source: describeProvenance(provenance[key]),
  }));
}

function shownValue(values: ResolvedConfig['values'], key: SettingKey): string | null {
  if (key === 'backfill.reserve') {
    const { kind, value } = values.backfill.reserve;
    return kind === 'percent' ? `${value}%` : String(value);
  }
  const [section = '', name = ''] = key.split('.');
  const settings = new Map(Object.entries(values)).get(section) ?? {};
  const value: unknown = new Map<string, unknown>(Object.entries(settings)).get(name);
  const text = Array.isArray(value) ? value.join(', ') : String(value ?? '');
  return text === '' ? null : text;
}
