import { join } from 'node:path';
import * as Args from '@oclif/core/args';
import { boolean, string } from '@oclif/core/flags';
import { PipelineCommand } from '../cli/pipeline-command.ts';
import type { CheckedFile, FileFinding } from '../cli/schema-check/file-finding.ts';
import { OperatorError } from '../lib/errors.ts';
import { EXIT } from '../lib/exit-codes.ts';
import type { HookChange } from '../lib/git/pre-commit-hook.ts';

interface SchemaCheckResult {
  readonly files: readonly Pick<CheckedFile, 'file' | 'kind'>[];
  readonly findings: readonly FileFinding[];
}

/** `--store` is the folder of a database elsewhere; here it is whether to check the one of the settings. */
const { store: _, ...SHARED_FLAGS } = PipelineCommand.baseFlags;

export default class SchemaCheck extends PipelineCommand {
  static override summary = 'Check that no committed file has lost its shape, or numbers that it had';
  static override description =
    'Recognises by its content the installs cache, its ledger, libraries_sources.yaml, artifacts/manifest.yaml, .deadzonerc, artifact.db and deadzone.db, and workflow files; without FILE it checks those of the git checkout. A cache is checked by its schema, its sums, its ledger, and against the merge base: no number, entry or day may fall or vanish. Exits with 1 when something is wrong, 2 when a file cannot be read. In a job of GitHub Actions it annotates the lines.';
  static override examples = [
    '<%= config.bin %> schema-check',
    {
      description: 'One file, against a branch',
      command: '<%= config.bin %> schema-check installs-cache.json --against origin/main',
    },
    {
      description: 'Let a genuine correction pass',
      command:
        '<%= config.bin %> schema-check --allow npmByPackage.acme --allow npm --allow total --reason "mirrors were counted"',
    },
    { description: 'Before every commit', command: '<%= config.bin %> schema-check --install-hook' },
  ];
  static override exitCodes = [EXIT.done, EXIT.failed, EXIT.usage, EXIT.auth, EXIT.interrupted];
  static override strict = false;
  static override args = {
    file: Args.string({ description: 'files to check; those of the git checkout without any' }),
  };
  static override flags = {
    against: string({
      summary: 'Compare with the merge base of this revision instead of that of the default branch.',
      helpValue: 'REF',
    }),
    staged: boolean({
      summary: 'Check what is staged for the next commit instead of the files of the folder, databases left out.',
      exclusive: ['allow'],
    }),
    store: boolean({ summary: 'Check the database of the settings against the migrations of this program as well.' }),
    allow: string({
      summary: 'Record in the ledger that this field of the cache has rightly fallen; may be repeated.',
      helpValue: 'FIELD',
      multiple: true,
      multipleNonGreedy: true,
      dependsOn: ['reason'],
    }),
    reason: string({
      summary: 'Why a field of --allow has fallen, in words.',
      helpValue: 'TEXT',
      dependsOn: ['allow'],
    }),
    sarif: string({ summary: 'Write the findings as SARIF into this file; - for stdout.', helpValue: 'FILE' }),
    'install-hook': boolean({ summary: 'Make git check the files before every commit, beside husky or lefthook.' }),
    'uninstall-hook': boolean({ summary: 'Take away what --install-hook has made.', exclusive: ['install-hook'] }),
    'print-schema': boolean({ summary: 'Print the JSON Schema of the installs cache, and check nothing.' }),
  };

  async run(): Promise<SchemaCheckResult | HookChange | object> {
    const { args, flags: own, strict } = SchemaCheck;
    const { flags, argv } = await this.parse({ args, flags: own, strict, baseFlags: SHARED_FLAGS });
    if (flags['print-schema']) return await this.#printSchema();
    if (flags['install-hook'] || flags['uninstall-hook']) return await this.#changeHook(flags['install-hook']);
    if (flags.sarif === '-' && (this.jsonEnabled() || flags.jsonl)) throw twoDocuments();
    const { checkFiles } = await import('../cli/schema-check/check-files.ts');
    const { clock, signal } = this;
    const tell = (line: string): void => this.tell(line);
    const cache = async (): Promise<string> => (await this.settings()).values.installs.cache;
    const { against, staged, allow = [], reason = '' } = flags;
    const baseRef = this.io.env['GITHUB_BASE_REF'] || undefined;
    const request = { files: argv.map(String), against, baseRef, staged, allow, reason };
    const checked = [...(await checkFiles({ clock, signal, tell, cache }, request))];
    if (flags.store) checked.push(await this.#checkStore());
    return await this.#present(checked, flags);
  }

  async #present(
    checked: readonly CheckedFile[],
    { sarif, staged }: { readonly sarif?: string | undefined; readonly staged: boolean },
  ): Promise<SchemaCheckResult> {
    const { nextStepsOf, reportLines } = await import('../cli/schema-check/report.ts');
    const findings = checked.flatMap((one) => one.findings);
    if (sarif !== undefined) await this.#writeSarif(sarif, checked);
    if (sarif !== '-') {
      const annotate = this.io.env['GITHUB_ACTIONS'] === 'true';
      for (const line of await reportLines(checked, annotate)) this.log(line);
      for (const step of nextStepsOf(checked, staged)) this.tell(`Next: ${step}`);
    }
    if (findings.length > 0)
      process.exitCode = findings.some(({ unreadable }) => unreadable) ? EXIT.usage : EXIT.failed;
    return { files: checked.map(({ file, kind }) => ({ file, kind })), findings };
  }

  async #printSchema(): Promise<object> {
    const { cacheJsonSchema } = await import('../lib/installs/cache/schema.ts');
    const schema = cacheJsonSchema();
    this.log(JSON.stringify(schema, null, 2));
    return schema;
  }

  async #changeHook(install: boolean): Promise<HookChange> {
    const [{ installHook, uninstallHook }, { hookLines }] = await Promise.all([
      import('../lib/git/pre-commit-hook.ts'),
      import('../cli/schema-check/report.ts'),
    ]);
    const change = await (install ? installHook : uninstallHook)(process.cwd());
    for (const line of hookLines(change)) this.log(line);
    return change;
  }

  async #checkStore(): Promise<CheckedFile> {
    const { checkStore } = await import('../cli/schema-check/check-store.ts');
    const migrations = join(this.config.root, 'supabase', 'migrations');
    return await this.withOpenStore(await this.settings(), { mustExist: true }, (store) =>
      checkStore(store, migrations),
    );
  }

  async #writeSarif(file: string, checked: readonly CheckedFile[]): Promise<void> {
    const { writeSarif } = await import('../cli/schema-check/sarif.ts');
    await writeSarif(file === '-' ? this.io.stdout : file, checked, this.config.version);
  }
}

function twoDocuments(): OperatorError {
  return new OperatorError('--sarif - and --json or --jsonl would both print on stdout', {
    code: 'usage',
    exitCode: EXIT.usage,
    nextSteps: ['write one of them into a file: --sarif FILE'],
  });
}
