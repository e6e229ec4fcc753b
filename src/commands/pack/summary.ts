import { string } from '@oclif/core/flags';
import { BaseCommand } from '../../cli/base-command.ts';
import { artifactsFlag, libFlag, registryFlag } from '../../cli/docs-flags.ts';
import { flagValue } from '../../cli/flag-value.ts';
import type { RunRow } from '../../lib/docs/pack/run-summary.ts';
import { EXIT } from '../../lib/exit-codes.ts';

export default class PackSummary extends BaseCommand {
  static override hidden = true;
  static override summary = 'Tell how each library of a run came out: scraped, cached or failed';
  static override description =
    'For the last step of the workflow scrape-pack. Reads what `scrape --run-status` left in the folder of artifacts, and adds the table to the summary of the step.';
  static override examples = ['<%= config.bin %> pack summary --tag v0.8.0'];
  static override exitCodes = [EXIT.done, EXIT.failed, EXIT.usage];
  static override flags = {
    registry: registryFlag,
    artifacts: artifactsFlag,
    lib: libFlag,
    tag: string({ summary: 'Tag that is released.', helpValue: 'TAG', default: '' }),
  };

  async run(): Promise<{ readonly tag: string; readonly libraries: readonly RunRow[] }> {
    const { flags } = await this.parse(PackSummary);
    const { values } = await this.settings({
      'docs.registry': flagValue('--registry', flags.registry),
      'docs.artifacts': flagValue('--artifacts', flags.artifacts),
    });
    const [{ readRunStatuses, summaryMarkdown }, { chosenRegistry }] = await Promise.all([
      import('../../lib/docs/pack/run-summary.ts'),
      import('../../cli/chosen-registry.ts'),
    ]);
    const { slots } = await chosenRegistry({ values }, { lib: flags.lib });
    const libraries = await readRunStatuses(values.docs.artifacts, slots);
    const markdown = summaryMarkdown(flags.tag, libraries);
    await this.summarize(markdown);
    this.log(markdown.trimEnd());
    return { tag: flags.tag, libraries };
  }
}
