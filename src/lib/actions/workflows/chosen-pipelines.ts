import { didYouMean } from '../../did-you-mean.ts';
import { OperatorError } from '../../errors.ts';
import { EXIT } from '../../exit-codes.ts';
import { PIPELINES, type Pipeline } from '../catalogue/catalogue.ts';
import type { PipelineNeed } from '../catalogue/catalogue-entry.ts';

/** The pipelines that are to be installed, and those that were left out as the repository lacks what they need. */
export interface ChosenPipelines {
  readonly chosen: readonly Pipeline[];
  readonly leftOut: readonly Pipeline[];
}

/**
 * The pipeline of a command, as it is typed; without one all that the repository can use.
 *
 * @throws OperatorError `not_remote`, exit 2, for a command that runs on no workflow
 */
export function choosePipelines(
  command: string | undefined,
  has: Readonly<Record<PipelineNeed, boolean>>,
): ChosenPipelines {
  if (command === undefined) {
    const { chosen = [], leftOut = [] } = Object.groupBy(PIPELINES, ({ needs }) =>
      needs !== null && !has[needs] ? 'leftOut' : 'chosen',
    );
    return { chosen, leftOut };
  }
  const id = command.trim().replaceAll(' ', ':');
  const chosen = PIPELINES.filter(({ commands }) => commands.some((one) => one === id || one.startsWith(`${id}:`)));
  if (chosen.length > 0) return { chosen, leftOut: [] };
  const known = PIPELINES.flatMap(({ commands }) => commands.map((one) => one.replaceAll(':', ' ')));
  const meant = didYouMean(command, known);
  throw new OperatorError(`no workflow runs "${command}"${meant === undefined ? '' : `; did you mean ${meant}?`}`, {
    code: 'not_remote',
    exitCode: EXIT.usage,
    nextSteps: [`name one of ${known.join(', ')}`, 'see what there is: capture-cli workflows list'],
  });
}
