import { OperatorError } from '../../errors.ts';
import { EXIT } from '../../exit-codes.ts';
import type { CacheSignals } from '../registry/cache-signals.ts';
import { batchesOf, listedSlot, type SlotBatch } from '../registry/slot-list.ts';
import type { Slot } from '../slot.ts';

/** What the jobs of a run of the doc pack's workflow are made of. */
export interface RunPlan extends CacheSignals {
  readonly batches: readonly SlotBatch[];
}

/** What a run was asked for. Empty texts are what GitHub Actions passes for unset inputs. */
export interface RunRequest {
  readonly lib: string;
  readonly tag: string;
  /** Why libraries may be missing from a release. */
  readonly allowPartial: string;
  /** Whether it runs on a tag instead of a branch: GITHUB_REF_TYPE is `tag`. */
  readonly isOnTag: boolean;
}

/**
 * The jobs of a run over these slots.
 *
 * @throws OperatorError, exit 2: `release_of_one_library` when the release of a tag would hold one library only and
 *   nobody said why that is right, `release_without_branch` when there is no branch to commit its manifest to,
 *   `no_libraries` where there is nothing to do
 */
export function planRun(request: RunRequest, slots: readonly Slot[], signals: CacheSignals): RunPlan {
  refuseReleaseOfOneLibrary(request);
  refuseReleaseWithoutBranch(request);
  if (slots.length === 0) {
    throw new OperatorError('the registry has no libraries: there is nothing to scrape', {
      code: 'no_libraries',
      exitCode: EXIT.usage,
      nextSteps: ['add libraries to libraries_sources.yaml', 'see what there is: capture-cli list'],
    });
  }
  return { batches: batchesOf(slots.map(listedSlot)), ...signals };
}

function refuseReleaseWithoutBranch({ tag, isOnTag }: RunRequest): void {
  if (tag === '' || !isOnTag) return;
  throw new OperatorError('the run is on a tag: there is no branch to commit the manifest of the release to', {
    code: 'release_without_branch',
    exitCode: EXIT.usage,
    nextSteps: [`run it on a branch: capture-cli dbrelease --tag ${tag} --remote --ref main`],
  });
}

function refuseReleaseOfOneLibrary({ lib, tag, allowPartial }: RunRequest): void {
  if (lib === '' || tag === '' || allowPartial !== '') return;
  throw new OperatorError(`the release ${tag} would hold ${lib} only, in the place of all libraries`, {
    code: 'release_of_one_library',
    exitCode: EXIT.usage,
    nextSteps: [
      `refresh the library first: capture-cli scrape ${lib} --remote`,
      `then release all of them: capture-cli dbrelease --tag ${tag} --remote`,
      'or say why it is right so: the input allow_partial of the workflow',
    ],
  });
}
