import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import { BaseCommand } from '../cli/base-command.ts';
import { databaseFlag, fromHere, libFlag } from '../cli/docs-flags.ts';
import { flagValue } from '../cli/flag-value.ts';
import type { EmbedderIdentity } from '../lib/docs/embed/embedder.ts';
import type { Hit } from '../lib/docs/search/search.ts';
import { OperatorError } from '../lib/errors.ts';
import { EXIT } from '../lib/exit-codes.ts';

export interface SearchResult {
  readonly query: string;
  readonly database: string;
  readonly embedder: EmbedderIdentity;
  /** Documents in the database. */
  readonly documents: number;
  /** Best first. */
  readonly hits: readonly Hit[];
}

/** Lines longer than this are hard to read, however wide the terminal is. */
const READABLE_COLUMNS = 80;

export default class Search extends BaseCommand {
  static override summary = 'Search the doc pack, to see that it answers';
  static override description =
    'Compares the meaning of the query with every document of the database, by the embedder that the database was made with, and prints the beginnings of the best ones. Scores are cosines: 1 is the same meaning, 0 has nothing to do with it.';
  static override examples = [
    '<%= config.bin %> search "how do I register a command"',
    {
      description: 'In one version of a library, for a language model with little room',
      command: '<%= config.bin %> search "retry with backoff" --lib /org/project/1.14 --budget 400 --json',
    },
  ];
  static override exitCodes = [EXIT.done, EXIT.failed, EXIT.usage, EXIT.auth, EXIT.interrupted];
  static override args = {
    query: Args.string({ description: 'What you want to know, in words', required: true }),
  };
  static override flags = {
    db: databaseFlag,
    lib: libFlag,
    limit: Flags.integer({
      summary: 'At most so many documents, 1 to 100.',
      min: 1,
      max: 100,
      default: 5,
      helpValue: 'N',
    }),
    budget: Flags.integer({
      summary: 'Tokens that all printed text may have together, about.',
      min: 20,
      max: 1_000_000,
      default: 600,
      helpValue: 'TOKENS',
    }),
  };

  async run(): Promise<SearchResult> {
    const { args, flags } = await this.parse(Search);
    requireQuery(args.query);
    const settings = await this.settings({ 'docs.database': flagValue('--db', flags.db) });
    const [{ readPack }, { searchPack }, { settingsForFile }, { hitLines }, { withEmbedder }] = await Promise.all([
      import('../lib/docs/release/pack-database.ts'),
      import('../lib/docs/search/search.ts'),
      import('../lib/docs/search/file-embedder.ts'),
      import('../lib/docs/search/hit-lines.ts'),
      import('../cli/with-embedder.ts'),
    ]);
    const { docs } = settings.values;
    const database = fromHere(docs.database);
    const pack = await readPack(database);
    const hits = await withEmbedder(
      { values: { ...settings.values, docs: settingsForFile(docs, database, pack.identity) } },
      { env: this.io.env, clock: this.clock, fetch: globalThis.fetch, signal: this.signal },
      (embedder) => {
        const query = { text: args.query, lib: flags.lib, limit: flags.limit, budget: flags.budget };
        return searchPack(database, pack, embedder, query, this.signal);
      },
    );
    const columns = Math.min(READABLE_COLUMNS, this.io.stdout.columns ?? READABLE_COLUMNS);
    for (const line of hitLines(hits, columns)) this.log(line);
    if (hits.length === 0) this.log(`${database} has no documents to search.`);
    return { query: args.query, database, embedder: pack.identity, documents: pack.docCount, hits };
  }
}

function requireQuery(query: string): void {
  if (query.trim() !== '') return;
  throw new OperatorError('the query is empty: there is nothing to search for', {
    code: 'query_empty',
    exitCode: EXIT.usage,
    nextSteps: ['ask in words: capture-cli search "how do I register a command"'],
  });
}
