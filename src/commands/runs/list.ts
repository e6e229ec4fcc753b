import * as Flags from '@oclif/core/flags';
import { RunsCommand } from '../../cli/runs-command.ts';
import type { ListedRun } from '../../lib/actions/runs/run-list.ts';
import { EXIT } from '../../lib/exit-codes.ts';

export default class RunsList extends RunsCommand {
  static override summary = "List the newest runs of the pipelines' workflows on GitHub Actions";
  static override examples = [
    '<%= config.bin %> runs list',
    { description: 'For a program', command: "<%= config.bin %> runs list --json | jq '.runs[0].runId'" },
  ];
  static override exitCodes = [EXIT.done, EXIT.failed, EXIT.usage, EXIT.auth, EXIT.rateLimited];
  static override flags = {
    limit: Flags.integer({ summary: 'At most so many runs, 1 to 100.', min: 1, max: 100, default: 10, helpValue: 'N' }),
  };

  async run(): Promise<{ readonly repository: string; readonly runs: readonly ListedRun[] }> {
    const { flags } = await this.parse(RunsList);
    const [{ listRuns }, { runTable }] = await Promise.all([
      import('../../lib/actions/runs/run-list.ts'),
      import('../../lib/actions/runs/run-table.ts'),
    ]);
    const settings = await this.settings();
    const repository = await this.dispatchRepository(settings, flags['dispatch-repo']);
    const runs = await listRuns(await this.connect(settings), repository, flags.limit, this.signal);
    const name = `${repository.owner}/${repository.name}`;
    for (const line of runTable(runs, this.clock.now())) this.log(line);
    if (runs.length === 0) {
      this.tell(`No run of a pipeline in ${name} yet.`);
      this.tell(`Next: capture-cli backfill OWNER/REPO --remote --dispatch-repo ${name}`);
    }
    return { repository: name, runs };
  }
}
