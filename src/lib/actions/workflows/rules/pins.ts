import type { Scalar } from 'yaml';
import type { Finding } from '../finding.ts';
import { findingAt, jobsOf, restOfLine, scalarUnder, startOf, textOf, type WorkflowFile } from '../workflow-file.ts';

const COMMIT = /^[\w.-]+\/[\w./-]+@[0-9a-f]{40}$/;
const RELEASE_COMMENT = /^[ \t]+#\s*v\d+\.\d+\.\d+/;
const OWN_PACKAGE = /\bnpx\s(?:[^\n;|&]*?\s)?capture-cli(?:@([^\s"']*))?(?=[\s"']|$)/g;
const EXACT_VERSION = /^\d+\.\d+\.\d+(-[\w.]+)?$/;

/**
 * What runs is what was reviewed: actions and reusable workflows by a full commit, with the release in a comment; images
 * by a digest; this program by an exact version (docs.github.com, "Secure use reference", using third-party actions).
 */
export function pins(file: WorkflowFile): readonly Finding[] {
  return jobsOf(file).flatMap(({ body, steps }) =>
    [body, ...steps].flatMap((part) => [
      ...actionPin(file, scalarUnder(part, 'uses')),
      ...packagePin(file, scalarUnder(part, 'run')),
    ]),
  );
}

function actionPin(file: WorkflowFile, uses: Scalar | undefined): readonly Finding[] {
  const action = textOf(uses);
  if (!uses || action === '' || action.startsWith('./')) return [];
  const found = (message: string): Finding[] => [findingAt(file, 'pinned', startOf(uses), message)];
  if (action.startsWith('docker://')) {
    return /@sha256:[0-9a-f]{64}$/.test(action) ? [] : found(`${action} is not pinned: name its digest, @sha256:…`);
  }
  if (!COMMIT.test(action)) return found(`${action} is not pinned: name the full commit of a release, 40 hex digits`);
  return RELEASE_COMMENT.test(restOfLine(file, uses))
    ? []
    : found(`${action} does not say which release it is: add a comment # vX.Y.Z`);
}

function packagePin(file: WorkflowFile, run: Scalar | undefined): readonly Finding[] {
  if (!run?.range) return [];
  const [start, end] = run.range;
  return [...file.text.slice(start, end).matchAll(OWN_PACKAGE)].flatMap((match) => {
    const [call, version = ''] = match;
    if (EXACT_VERSION.test(version)) return [];
    const named = version === '' ? 'no version' : `the version ${version}`;
    const offset = start + match.index + call.lastIndexOf('capture-cli');
    return [findingAt(file, 'pinned', offset, `capture-cli has ${named}: name an exact one, as in capture-cli@1.2.3`)];
  });
}
