import type { ResolvedConfig } from '../lib/config/resolve.ts';
import type { AgentClient } from '../lib/docs/parse/agent/agent-client.ts';
import type { GoParser } from '../lib/docs/parse/godoc/go-parser.ts';
import type { GoSources } from '../lib/docs/scrape/inputs.ts';
import type { Slot } from '../lib/docs/slot.ts';
import { OperatorError } from '../lib/errors.ts';
import { EXIT } from '../lib/exit-codes.ts';
import type { FetchObserver, ProbingPageFetcher } from '../lib/fetch/page.ts';
import { RemoteCommand } from './remote-command.ts';

/** What GitHub's REST API answers in an hour without a token (docs.github.com, rate limits for the REST API). */
const ANONYMOUS_REQUESTS = 60;

/** What commands that work on libraries of the doc pack reach the world through. */
export abstract class DocsCommand extends RemoteCommand {
  /** A function that makes a fetcher for the pages of libraries. */
  protected async pageFetchers({ values }: ResolvedConfig): Promise<(observer: FetchObserver) => ProbingPageFetcher> {
    const { createPageFetcher } = await import('../lib/fetch/page-fetcher.ts');
    const { repository, contact = repositoryPage(repository, this.io.env), allowPrivateHosts } = values.docs;
    const about = contact === undefined ? '' : ` (+${contact})`;
    const userAgent = `${this.config.name}/${this.config.version}${about}`;
    return (observer) => createPageFetcher({ clock: this.clock, userAgent, allowPrivateHosts, observer });
  }

  /**
   * The agent that turns pages into Markdown; null where none of these slots needs it.
   * @throws OperatorError `agent_not_configured`
   */
  protected async agent(slots: readonly Slot[]): Promise<AgentClient | null> {
    if (slots.every(({ kind }) => kind !== 'scrape-via-agent')) return null;
    const [{ requireAgent }, { AgentClient }, { postJson }] = await Promise.all([
      import('../lib/config/agent.ts'),
      import('../lib/docs/parse/agent/agent-client.ts'),
      import('../lib/docs/parse/agent/post-json.ts'),
    ]);
    return new AgentClient({ settings: requireAgent(this.io.env), post: postJson });
  }

  /** What Go source of these slots is read through. */
  protected async goSources(slots: readonly Slot[], { values }: ResolvedConfig): Promise<GoSources> {
    const { DEFAULT_SUMDB_BASE, gitHubBearer } = await import('../lib/docs/parse/godoc/source/capabilities.ts');
    const goPackages = slots.filter(({ kind }) => kind === 'godoc').length;
    let parser: Promise<GoParser> | undefined;
    return {
      goParser: () => {
        parser ??= this.#loadGoParser();
        return parser;
      },
      bearerFor: gitHubBearer(await this.#tokenFor(goPackages, values.github.apiUrl), values.github.apiUrl),
      sumdbBase: this.io.env['DEADZONE_SUMDB_BASE'] || DEFAULT_SUMDB_BASE,
    };
  }

  async #loadGoParser(): Promise<GoParser> {
    const { findGoGrammar, GoParser } = await import('../lib/docs/parse/godoc/go-parser.ts');
    return await GoParser.load(await findGoGrammar(this.config.root));
  }

  async #tokenFor(goPackages: number, apiUrl: string): Promise<string | undefined> {
    if (goPackages === 0) return undefined;
    const { findGitHubToken } = await import('../lib/config/secrets.ts');
    const token = await findGitHubToken({ env: this.io.env, apiUrl });
    if (token === undefined && goPackages > ANONYMOUS_REQUESTS) {
      this.warn(`${goPackages} Go packages and no GITHUB_TOKEN: GitHub answers ${ANONYMOUS_REQUESTS} requests an hour`);
    }
    if (token !== undefined) this.redactor.add(token.reveal());
    return token?.reveal();
  }
}

/**
 * The library that an argument or `--lib` names.
 * @throws OperatorError `library_named_twice`, exit 2
 */
export function oneLibrary(argument: string | undefined, flag: string | undefined): string | undefined {
  if (argument === undefined || flag === undefined) return argument ?? flag;
  throw new OperatorError(`the library is named twice: ${argument}, and --lib ${flag}`, {
    code: 'library_named_twice',
    exitCode: EXIT.usage,
    nextSteps: [`capture-cli scrape ${argument}`],
  });
}

/** Where the people behind a doc pack can be found whose settings name no contact. */
function repositoryPage(repository: string | undefined, env: Readonly<NodeJS.ProcessEnv>): string | undefined {
  const name = repository ?? (env['GITHUB_REPOSITORY']?.trim() || undefined);
  return name && `${env['GITHUB_SERVER_URL'] || 'https://github.com'}/${name}`;
}
