import { BACKFILL } from './backfill.ts';
import type { CatalogueEntry, PipelineNeed } from './catalogue-entry.ts';
import { CACHE_REFRESH, CACHE_RESEED } from './installs.ts';
import { CONSOLIDATE, DBRELEASE, SCRAPE } from './pack.ts';

/**
 * Every command that `--remote` can start. Plain data without effects: dispatch, the workflow check and the tests read
 * the same declaration. A new pipeline is one entry here and one workflow file.
 */
export const CATALOGUE = [
  BACKFILL,
  SCRAPE,
  CONSOLIDATE,
  DBRELEASE,
  CACHE_REFRESH,
  CACHE_RESEED,
] as const satisfies readonly CatalogueEntry[];

/** A pipeline on GitHub Actions as it is installed: its files, and the commands that start it. */
export interface Pipeline {
  readonly pipeline: string;
  /** Ids of commands. */
  readonly commands: readonly string[];
  /** How the first of them is typed. */
  readonly call: string;
  /** File names under `.github/workflows`, the one that is started first. */
  readonly workflows: readonly string[];
  /** Null where every repository can use it. */
  readonly needs: PipelineNeed | null;
}

/** The pipelines of the catalogue, each once. */
export const PIPELINES: readonly Pipeline[] = [
  ...Map.groupBy<string, CatalogueEntry>(CATALOGUE, ({ workflow }) => workflow).values(),
].flatMap((entries) => {
  const [entry] = entries;
  if (!entry) return [];
  const { pipeline, call, workflow, companions = [], needs = null } = entry;
  const workflows = [workflow, ...companions];
  return [{ pipeline, commands: entries.map(({ command }) => command), call, workflows, needs }];
});

/** The entry of a command, by the command's id; undefined where the command runs here only. */
export function entryOfCommand(command: string): CatalogueEntry | undefined {
  return CATALOGUE.find((entry) => entry.command === command);
}

/**
 * The entry of a workflow that is started, by its path in a repository or its file name; undefined where it is not one of
 * ours. Of commands that share a workflow the first, whose inputs are those of the others.
 */
export function entryOfWorkflow(path: string): CatalogueEntry | undefined {
  const file = path.slice(path.lastIndexOf('/') + 1);
  return CATALOGUE.find((entry) => entry.workflow === file);
}
