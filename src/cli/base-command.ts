import { homedir } from 'node:os';
import { Command } from '@oclif/core/command';
import { boolean, string } from '@oclif/core/flags';
import type { Input, ParserOutput } from '@oclif/core/interfaces';
import { type Clock, systemClock } from '../lib/clock.ts';
import type { FlagValue, ResolvedConfig } from '../lib/config/resolve.ts';
import type { SettingKey } from '../lib/config/settings.ts';
import { messageOf } from '../lib/errors.ts';
import { EXIT, type ExitCode } from '../lib/exit-codes.ts';
import { type Interrupt, Interrupted, listenForInterrupt, OutputClosed, STOPPING } from '../lib/interrupt.ts';
import { type IO, processIO } from '../lib/io.ts';
import { createRedactor, type Redactor } from '../lib/redact.ts';
import { styled } from '../lib/term.ts';
import type { Failure } from './failure.ts';

/** What oclif parses flags and arguments to. */
type Output = Record<string, unknown>;

/**
 * What every command has: the shared flags, settings, the terminal, an abort signal, and one way to fail. The result
 * goes to stdout, everything else to stderr, and no secret to either.
 */
export abstract class BaseCommand extends Command {
  static override enableJsonFlag = true;

  /** The exit codes that `--help` lists; all of them unless a command narrows it. */
  static exitCodes: readonly ExitCode[] = Object.values(EXIT);

  static override baseFlags = {
    // oclif would add it by itself, but loses it in the manifest where a class between has no static property of its own.
    json: boolean({ summary: 'Print the result as one JSON document.', helpGroup: 'GLOBAL' }),
    verbose: boolean({ summary: 'Tell more about what is done, on stderr.', helpGroup: 'GLOBAL' }),
    'no-color': boolean({ summary: 'Print without colour.', helpGroup: 'GLOBAL' }),
    config: string({
      summary: 'Read this configuration file instead of the one that is found.',
      helpValue: 'FILE',
      env: 'DEADZONE_CONFIG',
      helpGroup: 'GLOBAL',
    }),
    store: string({
      summary: 'Folder of the embedded database.',
      helpValue: 'DIR',
      helpGroup: 'GLOBAL',
    }),
  };

  protected readonly clock: Clock = systemClock;
  protected readonly io: IO = processIO(process);
  protected readonly redactor: Redactor = createRedactor(process.env);
  readonly #warnings: string[] = [];
  #shared: { readonly verbose?: boolean; readonly config?: string; readonly store?: string } = {};
  #interrupt: Interrupt | undefined;

  /**
   * Aborts on the first Ctrl-C (SIGTERM, SIGHUP); the second ends the process at once. A command that never asks for it
   * ends on the first, like every other program.
   */
  protected get signal(): AbortSignal {
    return this.interrupt.signal;
  }

  protected get interrupt(): Interrupt {
    this.#interrupt ??= listenForInterrupt({
      source: process,
      clock: this.clock,
      tell: (message) => this.tell(message),
      exit: (code) => process.exit(code),
      announcement: () => this.stoppingWords(),
    });
    return this.#interrupt;
  }

  /** What the first Ctrl-C does, in words. */
  protected stoppingWords(): string {
    return STOPPING;
  }

  /** The effective settings, with the shared flags and those of the command over the rest. */
  protected async settings(flags: Partial<Record<SettingKey, FlagValue | undefined>> = {}): Promise<ResolvedConfig> {
    const { resolveConfig } = await import('../lib/config/resolve.ts');
    const given: Partial<Record<SettingKey, FlagValue>> = {};
    for (const [key, flag] of Object.entries(flags) as [SettingKey, FlagValue | undefined][])
      if (flag) given[key] = flag;
    if (this.#shared.store !== undefined) given['store.directory'] = { name: '--store', value: this.#shared.store };
    const resolved = await resolveConfig({
      cwd: process.cwd(),
      env: this.io.env,
      homeDirectory: homedir(),
      flags: given,
      ...(this.#shared.config === undefined ? {} : { file: this.#shared.config }),
    });
    for (const path of Object.values(resolved.files)) this.detail(`settings from ${path}`);
    return resolved;
  }

  /** One line on stderr for the operator, also under `--json`. */
  protected tell(message: string): void {
    this.io.stderr.write(`${this.redactor.redact(message)}\n`);
  }

  /** One line on stderr under `--verbose`. */
  protected detail(message: string): void {
    if (this.#shared.verbose) this.tell(styled('dim', message, this.io.stderr));
  }

  protected override async init(): Promise<void> {
    await super.init();
    this.io.stdout.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EPIPE') this.onClosedPipe();
    });
  }

  /** Nobody reads the result any more: there is nothing left to do, and that is no failure. */
  protected onClosedPipe(): void {
    process.exit(EXIT.done);
  }

  protected override async parse<F extends Output, B extends Output, A extends Output>(
    options?: Input<F, B, A>,
    argv?: string[],
  ): Promise<ParserOutput<F, B, A>> {
    const parsed = await super.parse(options, argv);
    const { verbose, config, store } = parsed.flags as Record<string, unknown>;
    this.#shared = {
      verbose: verbose === true,
      ...(typeof config === 'string' ? { config } : {}),
      ...(typeof store === 'string' ? { store } : {}),
    };
    return parsed;
  }

  /** Appends Markdown to the summary of the step of GitHub Actions that this process is; nothing elsewhere. */
  protected async summarize(markdown: string): Promise<void> {
    const file = this.io.env['GITHUB_STEP_SUMMARY'];
    if (!file) return;
    const { appendStepSummary } = await import('../lib/actions/step-summary.ts');
    await appendStepSummary(file, this.redactor.redact(markdown));
  }

  /** Writes one line of the result to stdout; nothing under `--json`. */
  override log(message = ''): void {
    if (!this.jsonEnabled()) this.io.stdout.write(`${this.redactor.redact(message)}\n`);
  }

  override logToStderr(message = ''): void {
    if (!this.jsonEnabled()) this.tell(message);
  }

  protected override logJson(json: unknown): void {
    this.io.stdout.write(`${JSON.stringify(this.redactor.redactDeep(json), null, 2)}\n`);
  }

  /** On stderr; under `--json` it is in the document instead, under `warnings`. */
  override warn(input: Error | string): Error | string {
    const message = messageOf(input);
    if (this.jsonEnabled()) this.#warnings.push(message);
    else this.tell(`${styled('yellow', 'Warning:', this.io.stderr)} ${message}`);
    return input;
  }

  protected override toSuccessJson(result: unknown): unknown {
    if (this.#warnings.length === 0 || result === null || typeof result !== 'object') return result;
    return { ...result, warnings: this.#warnings };
  }

  protected override toErrorJson(failure: Failure): { error: Failure } {
    const { code, message, exitCode, nextSteps } = failure;
    return { error: { code, message, exitCode, nextSteps } };
  }

  protected override async catch(thrown: Error): Promise<void> {
    // `this.exit(code)` is an answer, not a failure.
    if ('code' in thrown && thrown.code === 'EEXIT') throw thrown;
    const cause = this.#stopReason(thrown) ?? thrown;
    if (cause instanceof OutputClosed) return;
    const { diagnose, failureText } = await import('./report-failure.ts');
    const failure = await diagnose(cause, {
      command: {
        invocation: `${this.config.bin} ${(this.id ?? '').replaceAll(':', ' ')}`.trim(),
        flags: Object.keys({ ...this.ctor.baseFlags, ...this.ctor.flags }),
      },
      version: this.config.version,
      argv: [this.id ?? '', ...this.argv],
      env: this.io.env,
      redactor: this.redactor,
    });
    process.exitCode = failure.exitCode;
    if (this.jsonEnabled()) this.logJson(this.toErrorJson(failure));
    else this.io.stderr.write(failureText(failure, this.io.stderr));
  }

  protected override async finally(thrown: Error | undefined): Promise<void> {
    const reason: unknown = this.#interrupt?.signal.reason;
    if (reason instanceof Interrupted) process.exitCode = EXIT.interrupted;
    if (reason instanceof OutputClosed) process.exitCode = EXIT.done;
    this.#interrupt?.close();
    await super.finally(thrown);
  }

  /** Why the work was told to stop, when that is what made `thrown`. */
  #stopReason(thrown: Error): Interrupted | OutputClosed | undefined {
    const reason: unknown = this.#interrupt?.signal.reason;
    if (!(reason instanceof Interrupted || reason instanceof OutputClosed)) return undefined;
    return thrown === reason || thrown.name === 'AbortError' || thrown.cause === reason ? reason : undefined;
  }
}
