import { join } from 'node:path';
import { boolean } from '@oclif/core/flags';
import type { Input, ParserOutput } from '@oclif/core/interfaces';
import type { ResolvedConfig } from '../lib/config/resolve.ts';
import type { GitHubClient, GitHubObserver } from '../lib/github/client.ts';
import type { TokenSource } from '../lib/github/token/token.ts';
import { OutputClosed } from '../lib/interrupt.ts';
import type { ProgressEvent } from '../lib/progress/events.ts';
import type { Store } from '../lib/store/store-options.ts';
import { BaseCommand } from './base-command.ts';

/** Somebody waits for the command: a longer wait for a rate limit ends it instead. In milliseconds. */
export const PATIENCE_MS = 150_000;

/** How the progress of a pipeline is shown. */
export interface PresentationFlags {
  readonly jsonl: boolean;
  readonly plain: boolean;
  /** As in `RendererOptions`. */
  readonly compact?: boolean;
}

/** A command that runs a pipeline: it shows progress on a terminal, as lines elsewhere, or as NDJSON. */
export abstract class PipelineCommand extends BaseCommand {
  static override baseFlags = {
    ...BaseCommand.baseFlags,
    jsonl: boolean({
      summary: 'Print one JSON event a line on stdout.',
      helpGroup: 'GLOBAL',
      exclusive: ['json', 'plain'],
    }),
    plain: boolean({
      summary: 'Print progress as lines that stay, as in CI, even on a terminal.',
      helpGroup: 'GLOBAL',
    }),
  };

  #isJsonl = false;
  #hasPresented = false;

  protected override async init(): Promise<void> {
    await super.init();
    // From the very start: an interruption while the store opens must not cut it off.
    this.interrupt.signal.throwIfAborted();
  }

  protected override async parse<
    F extends Record<string, unknown>,
    B extends Record<string, unknown>,
    A extends Record<string, unknown>,
  >(options?: Input<F, B, A>, argv?: string[]): Promise<ParserOutput<F, B, A>> {
    const parsed = await super.parse(options, argv);
    this.#isJsonl = Reflect.get(parsed.flags, 'jsonl') === true;
    return parsed;
  }

  /** As in every command; under `--jsonl` nothing either: stdout then has events only. */
  override log(message = ''): void {
    if (!this.#isJsonl) super.log(message);
  }

  protected override async _run<Result>(): Promise<Result> {
    const result = await super._run<Result>();
    if (result && this.#isJsonl && !this.#hasPresented) {
      const { formatJsonLine } = await import('../lib/progress/jsonl.ts');
      const event = { event: 'command.finished', result: this.redactor.redactDeep(result) } as const;
      this.io.stdout.write(`${formatJsonLine(event, this.clock.now())}\n`);
    }
    return result;
  }

  /**
   * Renders every event and resolves with the pipeline's result. Strings in events lose their secrets on the way.
   * Rejects with what the pipeline throws.
   */
  protected async present<Result>(
    events: AsyncGenerator<ProgressEvent, Result>,
    flags: PresentationFlags,
  ): Promise<Result> {
    const { renderProgress, chooseMode } = await import('../lib/progress/render.ts');
    const { redactor, io, clock } = this;
    this.#hasPresented = true;
    const mode = chooseMode({ ...flags, json: this.jsonEnabled(), io });
    const ended = Promise.withResolvers<Result>();
    async function* redacted(): AsyncGenerator<ProgressEvent> {
      let next = await events.next();
      for (; !next.done; next = await events.next()) {
        yield redactor.redactDeep(next.value);
      }
      ended.resolve(next.value);
    }
    const { signal } = this.interrupt;
    // In raw mode the terminal sends no signal for Ctrl-C: the live view passes it on.
    await renderProgress(redacted(), {
      mode,
      io,
      clock,
      signal,
      compact: flags.compact,
      onInterrupt: () => process.kill(process.pid, 'SIGINT'),
    });
    return await ended.promise;
  }

  /** Opens the store for as long as `use` runs. Reading commands do not create one (`mustExist`). */
  protected async withOpenStore<T>(
    { values }: ResolvedConfig,
    options: { readonly mustExist: boolean },
    use: (store: Store) => Promise<T>,
  ): Promise<T> {
    const [{ openStore }, { requireSupabaseKey }] = await Promise.all([
      import('../lib/store/store.ts'),
      import('../lib/config/secrets.ts'),
    ]);
    const { url } = values.store;
    const store = await openStore({
      ...(url === undefined ? {} : { url, serviceKey: requireSupabaseKey(this.io.env, url).reveal() }),
      directory: values.store.directory,
      migrationsDirectory: join(this.config.root, 'supabase', 'migrations'),
      mustExist: options.mustExist,
      clock: this.clock,
      onTakeover: ({ previousPid, elapsedMs }) =>
        this.detail(`serving the store since process ${previousPid} is gone (${elapsedMs} ms)`),
    });
    try {
      return await use(store);
    } finally {
      await store.close();
    }
  }

  /** A function that connects to GitHub as the operator. A wait longer than `maxWaitMs` ends the run instead. */
  protected async gitHubConnector(
    { values }: ResolvedConfig,
    maxWaitMs = PATIENCE_MS,
  ): Promise<(observer: GitHubObserver) => GitHubClient> {
    const { createGitHubClient } = await import('../lib/github/github-client.ts');
    const token = await this.#gitHubToken(values.github.apiUrl);
    return (observer) =>
      createGitHubClient({
        token,
        apiUrl: values.github.apiUrl,
        graphqlUrl: values.github.graphqlUrl,
        clock: this.clock,
        fetch: globalThis.fetch,
        observer,
        reserve: values.backfill.reserve,
        maxWaitMs,
        requestTimeoutMs: values.github.requestTimeoutSeconds * 1_000,
        userAgent: this.config.userAgent,
      });
  }

  async #gitHubToken(apiUrl: string): Promise<string | TokenSource> {
    const { findGitHubApp, requireGitHubToken } = await import('../lib/config/secrets.ts');
    const app = findGitHubApp(this.io.env);
    if (!app) {
      const token = await requireGitHubToken({ env: this.io.env, apiUrl });
      this.redactor.add(token.reveal());
      return token.reveal();
    }
    const { appTokenSource } = await import('../lib/github/token/app-token.ts');
    const { clock, config, redactor } = this;
    const options = { apiUrl, userAgent: config.userAgent, fetch: globalThis.fetch, clock, onToken: redactor.add };
    return appTokenSource({ ...app, privateKey: app.privateKey.reveal() }, options);
  }

  /** A pipeline that nobody reads any more stops at a checkpoint, like one that is interrupted, but has not failed. */
  protected override onClosedPipe(): void {
    this.interrupt.stop(new OutputClosed());
  }
}
