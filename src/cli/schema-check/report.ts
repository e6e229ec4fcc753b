import type { HookChange } from '../../lib/git/pre-commit-hook.ts';
import { repositoryIfAny } from '../../lib/git/repository.ts';
import { errorAnnotation } from '../../lib/progress/annotations.ts';
import { shellWord } from '../../lib/shell-word.ts';
import { type CheckedFile, type FileFinding, fileFindingLine } from './file-finding.ts';

/** What was checked, for people: every finding, and what is in order. With annotations for a job of GitHub Actions. */
export async function reportLines(checked: readonly CheckedFile[], annotate: boolean): Promise<readonly string[]> {
  const findings = checked.flatMap((one) => one.findings);
  const annotations = annotate
    ? (await findingsFromRoot(checked)).map((one) => errorAnnotation({ ...one, title: one.rule }, one.message))
    : [];
  return [
    ...findings.map(fileFindingLine),
    ...annotations,
    ...checked.filter((one) => one.findings.length === 0).map(({ file, kind }) => `${file}: ${kind}, in order`),
  ];
}

/** What to type, each step once. */
export function nextStepsOf(checked: readonly CheckedFile[], staged: boolean): readonly string[] {
  const broken = checked.filter(({ findings }) => findings.length > 0);
  const steps = new Set(broken.flatMap(({ findings }) => findings.flatMap(({ nextSteps }) => nextSteps)));
  const stage =
    staged && broken.length > 0
      ? [`then stage it: git add ${broken.map(({ file }) => shellWord(file)).join(' ')}`]
      : [];
  return [...steps, ...stage];
}

/** The findings with their files as paths from the root of the repository, as GitHub wants them. */
export async function findingsFromRoot(checked: readonly CheckedFile[]): Promise<readonly FileFinding[]> {
  const found: FileFinding[] = [];
  for (const { file, kind, findings } of checked) {
    if (findings.length === 0) continue;
    const path = kind === 'store' ? file : ((await repositoryIfAny(file))?.path ?? file);
    found.push(...findings.map((finding) => ({ ...finding, file: path })));
  }
  return found;
}

/** What became of a hook, for people. */
export function hookLines({ file, outcome, lines }: HookChange): readonly string[] {
  const words = {
    installed: `${file} checks what is staged before every commit`,
    removed: `${file} checks nothing any more`,
    unchanged: `${file} is as it was`,
    add_by_hand: `Add to ${file}:`,
    remove_by_hand: `Take out of ${file}:`,
  };
  return [words[outcome], ...lines.map((line) => `  ${line}`)];
}
