import { string } from '@oclif/core/flags';
import { BaseCommand } from '../../cli/base-command.ts';
import { libFlag, registryFlag } from '../../cli/docs-flags.ts';
import { flagValue } from '../../cli/flag-value.ts';
import { goJson } from '../../lib/docs/go-json.ts';
import type { RunPlan } from '../../lib/docs/pack/run-plan.ts';
import { EXIT } from '../../lib/exit-codes.ts';

export default class PackPlan extends BaseCommand {
  static override hidden = true;
  static override summary = 'List what the jobs of a run have to do';
  static override description =
    'For the first step of the workflows scrape-pack and cache-keepalive. Writes `batches`, `embedder_signature` and `schema_version` to the file that GITHUB_OUTPUT names. The release of one library only is refused unless --allow-partial says why.';
  static override examples = ['<%= config.bin %> pack plan --lib /org/project'];
  static override exitCodes = [EXIT.done, EXIT.failed, EXIT.usage];
  static override flags = {
    registry: registryFlag,
    lib: libFlag,
    tag: string({ summary: 'Tag that will be released.', helpValue: 'TAG', default: '' }),
    'allow-partial': string({
      summary: 'Why a release may hold one library only.',
      helpValue: 'REASON',
      default: '',
    }),
  };

  async run(): Promise<RunPlan> {
    const { flags } = await this.parse(PackPlan);
    const settings = await this.settings({ 'docs.registry': flagValue('--registry', flags.registry) });
    const [{ planRun }, { cachedSlots }, { appendOutputs }, { formatQuantity }] = await Promise.all([
      import('../../lib/docs/pack/run-plan.ts'),
      import('../../cli/cached-slots.ts'),
      import('../../cli/github-output.ts'),
      import('../../lib/progress/format.ts'),
    ]);
    const { slots, signals } = await cachedSlots(settings, this.io.env, flags.lib);
    const isOnTag = this.io.env['GITHUB_REF_TYPE'] === 'tag';
    const request = { lib: flags.lib ?? '', tag: flags.tag, allowPartial: flags['allow-partial'], isOnTag };
    const plan = planRun(request, slots, signals);
    await appendOutputs(this.io.env, {
      batches: goJson(plan.batches),
      embedder_signature: plan.embedder_signature,
      schema_version: String(plan.schema_version),
    });
    const libraries = formatQuantity(slots.length, 'library', 'libraries');
    this.log(`${libraries} in ${formatQuantity(plan.batches.length, 'batch', 'batches')}`);
    return plan;
  }
}
