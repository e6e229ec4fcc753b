import { access } from 'node:fs/promises';
import { relative } from 'node:path';
import type { PipelineNeed } from '../lib/actions/catalogue/catalogue-entry.ts';
import { type ChosenPipelines, choosePipelines } from '../lib/actions/workflows/chosen-pipelines.ts';
import type { Settings } from '../lib/config/schema.ts';

/** The pipelines of a command, or all that can be used with these settings. @throws as `choosePipelines` */
export async function usablePipelines(settings: Settings, command?: string): Promise<ChosenPipelines> {
  const { npm, pypi, crates, organization, manual } = settings.installs;
  const counters = [...npm, ...pypi, ...crates].length > 0 || (organization ?? manual) !== undefined;
  const registry = await access(settings.docs.registry).then(
    () => true,
    () => false,
  );
  return choosePipelines(command, { registry, counters });
}

/** Why a pipeline that needs this cannot be used here, in words. */
export function lackOf(need: PipelineNeed, settings: Settings): string {
  return need === 'registry'
    ? `${relative(process.cwd(), settings.docs.registry)} is missing`
    : 'the settings name nothing to count';
}
