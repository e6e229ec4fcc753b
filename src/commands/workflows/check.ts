import { relative } from 'node:path';
import * as Args from '@oclif/core/args';
import { BaseCommand } from '../../cli/base-command.ts';
import type { Finding } from '../../lib/actions/workflows/finding.ts';
import { EXIT } from '../../lib/exit-codes.ts';

interface CheckResult {
  readonly files: readonly string[];
  readonly findings: readonly Finding[];
}

export default class WorkflowsCheck extends BaseCommand {
  static override summary = 'Check workflow files before GitHub does';
  static override description =
    'Runs actionlint and the rules of this product: inputs are those that --remote sends, run-name echoes request_id, concurrency and permissions are set and no more than needed, actions are pinned to a commit, no expression stands in a script. Without FILE it checks what is installed in the git checkout. In a job of GitHub Actions it annotates the lines.';
  static override examples = [
    '<%= config.bin %> workflows check',
    { description: 'Every workflow', command: '<%= config.bin %> workflows check .github/workflows' },
    { description: 'For a program', command: "<%= config.bin %> workflows check --json | jq '.findings'" },
  ];
  static override exitCodes = [EXIT.done, EXIT.failed, EXIT.usage];
  static override strict = false;
  static override args = {
    file: Args.string({
      description: 'workflow files, or folders of them; those of the catalogue that are installed here without any',
    }),
  };

  async run(): Promise<CheckResult> {
    const { argv } = await this.parse(WorkflowsCheck);
    const [{ checkWorkflows }, { namedWorkflowFiles }, { findingLine }, { errorAnnotation }] = await Promise.all([
      import('../../lib/actions/workflows/check.ts'),
      import('../../lib/actions/workflows/named-files.ts'),
      import('../../lib/actions/workflows/finding.ts'),
      import('../../lib/progress/annotations.ts'),
    ]);
    const files = argv.length > 0 ? await namedWorkflowFiles(argv.map(String)) : await this.#installed();
    const findings = (await checkWorkflows(files)).flatMap((checked) => checked.findings);
    for (const finding of findings) {
      this.log(findingLine(finding));
      if (this.io.env['GITHUB_ACTIONS'] === 'true') {
        this.log(errorAnnotation({ ...finding, title: finding.rule }, finding.message));
      }
    }
    const counted = `${files.length} ${files.length === 1 ? 'workflow' : 'workflows'} checked`;
    this.tell(`${counted}, ${findings.length === 0 ? 'nothing found' : `${findings.length} found`}`);
    process.exitCode = findings.length === 0 ? EXIT.done : EXIT.failed;
    return { files, findings };
  }

  /** The catalogue's workflows in this checkout, as paths from the current folder. */
  async #installed(): Promise<readonly string[]> {
    const { installedWorkflowFiles } = await import('../../lib/actions/workflows/installed-files.ts');
    return (await installedWorkflowFiles(process.cwd())).map((file) => relative(process.cwd(), file));
  }
}
