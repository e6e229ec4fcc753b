import { join, resolve } from 'node:path';
import * as Args from '@oclif/core/args';
import { boolean, string } from '@oclif/core/flags';
import { PipelineCommand } from '../cli/pipeline-command.ts';
import { type CheckedFile, type FileFinding, fileFindingLine } from '../cli/schema-check/file-finding.ts';
import { OperatorError } from '../lib/errors.ts';
import { EXIT } from '../lib/exit-codes.ts';
import type { CheckOptions } from '../lib/installs/schema-check/check-files.ts';
import type { HookChange } from '../lib/pre-commit-hook.ts';

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
    store: boolean({ summary: 'Check the database of the settings against the migrations of this program as well.' }),
    allow: string({
      summary: 'Record in the ledger that this field of the cache has rightly fallen; may be repeated.',
      helpValue: 'FIELD',
      multiple: true,
      multipleNonGreedy: true,
      dependsOn: ['reason'],
    }),
    reason: string({ summary: 'Why, in words.', helpValue: 'TEXT', dependsOn: ['allow'] }),
    sarif: string({ summary: 'Write the findings as SARIF into this file; - for stdout.', helpValue: 'FILE' }),
    'install-hook': boolean({ summary: 'Make git check the files before every commit, beside husky or lefthook.' }),
    'uninstall-hook': boolean({ summary: 'Take that back.', exclusive: ['install-hook'] }),
    'print-schema': boolean({ summary: 'Print the JSON Schema of the installs cache, and check nothing.' }),
  };

  async run(): Promise<SchemaCheckResult | object> {
    const { args, flags: own, strict } = SchemaCheck;
    const { flags, argv } = await this.parse({ args, flags: own, strict, baseFlags: SHARED_FLAGS });
    if (flags['print-schema']) return await this.#printSchema();
    if (flags['install-hook'] || flags['uninstall-hook']) return await this.#changeHook(flags['install-hook']);
    const { dayOf } = await import('../lib/installs/days.ts');
    const baseRef = this.io.env['GITHUB_BASE_REF'] || undefined;
    const options: CheckOptions = { against: flags.against, baseRef, today: dayOf(this.clock.now()) };
    const named = argv.map(String);
    if (flags.allow) await this.#allow(named, { ...options, fields: flags.allow, reason: flags.reason ?? '' });
    const files = named.length > 0 ? named : await this.#knownFiles();
    const { checkFile } = await import('../cli/schema-check/check-file.ts');
    const checked: CheckedFile[] = [];
    for (const file of files) checked.push(await checkFile(file, options));
    if (flags.store) checked.push(await this.#checkStore());
    const findings = checked.flatMap((one) => one.findings);
    if (flags.sarif !== undefined) await this.#writeSarif(flags.sarif, findings);
    if (flags.sarif !== '-') await this.#tellFindings(checked);
    if (findings.length > 0)
      process.exitCode = findings.some(({ unreadable }) => unreadable) ? EXIT.usage : EXIT.failed;
    return { files: checked.map(({ file, kind }) => ({ file, kind })), findings };
  }

  async #printSchema(): Promise<object> {
    const [{ z }, { CACHE_SCHEMA }] = await Promise.all([import('zod'), import('../lib/installs/cache/schema.ts')]);
    const schema = z.toJSONSchema(CACHE_SCHEMA);
    this.log(JSON.stringify(schema, null, 2));
    return schema;
  }

  async #changeHook(install: boolean): Promise<HookChange> {
    const { installHook, uninstallHook } = await import('../lib/pre-commit-hook.ts');
    const change = await (install ? installHook : uninstallHook)(process.cwd());
    const { file, outcome, lines } = change;
    const words = {
      installed: `${file} checks the files before every commit`,
      removed: `${file} checks them no more`,
      unchanged: `${file} is as it was`,
      add_by_hand: `Add to ${file}:`,
    };
    this.log(words[outcome]);
    for (const line of lines) this.log(`  ${line}`);
    return change;
  }

  async #allow(
    named: readonly string[],
    request: Pick<CheckOptions, 'against' | 'baseRef'> & {
      readonly fields: readonly string[];
      readonly reason: string;
    },
  ): Promise<void> {
    const cache = named[0] === undefined ? (await this.settings()).values.installs.cache : resolve(named[0]);
    const { allowFalls } = await import('../lib/installs/schema-check/allow.ts');
    const onWait = (): void => this.tell(`another refresh is at work on ${cache}: waiting`);
    const { clock, signal } = this;
    const added = await allowFalls({ clock, signal, onWait }, cache, request);
    for (const entry of added)
      if (entry.entry === 'allowance') this.tell(`allowed: ${entry.field} ${entry.from} -> ${entry.to}`);
  }

  async #knownFiles(): Promise<readonly string[]> {
    const { knownFiles } = await import('../cli/schema-check/known-files.ts');
    const { values } = await this.settings();
    return await knownFiles(process.cwd(), values.installs.cache);
  }

  async #checkStore(): Promise<CheckedFile> {
    const { checkStore } = await import('../cli/schema-check/check-store.ts');
    const migrations = join(this.config.root, 'supabase', 'migrations');
    return await this.withOpenStore(await this.settings(), { mustExist: true }, (store) =>
      checkStore(store, migrations),
    );
  }

  async #tellFindings(checked: readonly CheckedFile[]): Promise<void> {
    const findings = checked.flatMap((one) => one.findings);
    const { errorAnnotation } = await import('../lib/progress/annotations.ts');
    for (const finding of findings) {
      this.log(fileFindingLine(finding));
      if (this.io.env['GITHUB_ACTIONS'] === 'true') {
        this.log(errorAnnotation({ ...finding, title: finding.rule }, finding.message));
      }
    }
    for (const step of new Set(findings.flatMap(({ nextSteps }) => nextSteps))) this.tell(`Next: ${step}`);
    for (const { file, kind, findings: found } of checked)
      if (found.length === 0) this.log(`${file}: ${kind}, in order`);
  }

  async #writeSarif(file: string, findings: readonly FileFinding[]): Promise<void> {
    const { sarifOf } = await import('../cli/schema-check/sarif.ts');
    const text = `${JSON.stringify(sarifOf(findings, this.config.version), null, 2)}\n`;
    if (file === '-') {
      if (this.jsonEnabled()) throw twoDocuments();
      this.io.stdout.write(text);
      return;
    }
    const { replaceFile } = await import('../lib/replace-file.ts');
    await replaceFile(file, text);
  }
}

function twoDocuments(): OperatorError {
  return new OperatorError('--json and --sarif - would both print their document on stdout', {
    code: 'usage',
    exitCode: EXIT.usage,
    nextSteps: ['write one of them into a file: --sarif FILE'],
  });
}
