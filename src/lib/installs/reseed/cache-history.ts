import { readBlobs } from '../../git/blobs.ts';
import type { GitRepository } from '../../git/repository.ts';
import { type FileRevision, revisionsOf } from '../../git/revisions.ts';
import { classify } from '../cache/classify.ts';
import { collectEvidence, type EvidenceCollector } from './evidence.ts';

export interface CacheHistory {
  readonly evidence: EvidenceCollector;
  /** Commits that changed the file. */
  readonly revisions: number;
}

/** Reads every revision of a cache file, on all refs and in the reflog, and keeps what each of them proves. */
export async function readCacheHistory(repository: GitRepository, signal: AbortSignal): Promise<CacheHistory> {
  const evidence = collectEvidence();
  const revisions: FileRevision[] = [];
  for await (const revision of revisionsOf(repository, repository.path, signal)) revisions.push(revision);
  revisions.reverse();
  const blobs = readBlobs(
    repository,
    revisions.flatMap(({ blob }) => blob ?? []),
    signal,
  );
  for (const { commit, committedAt, blob } of revisions) {
    if (blob === null) {
      evidence.addDeletion();
      continue;
    }
    const { value } = await blobs.next();
    if (value) evidence.add(classify(value.text), { commit, committedAt });
  }
  await blobs.next();
  return { evidence, revisions: revisions.length };
}
