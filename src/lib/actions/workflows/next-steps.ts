import type { Pipeline } from '../catalogue/catalogue.ts';
import type { NeededValue } from './names.ts';

/** The commands that make installed workflows run, under headings: GitHub's own tool asks for the value of each secret. */
export function setupLines(
  needed: readonly NeededValue[],
  repository: string | undefined,
  next: readonly string[],
): readonly string[] {
  const at = repository ?? 'OWNER/REPO';
  const commands = (kind: NeededValue['needed']): string[] =>
    needed.filter((value) => value.needed === kind).map((value) => `  $ ${setCommand(value, at)}`);
  const section = (heading: string, lines: readonly string[]): readonly string[] =>
    lines.length === 0 ? [] : ['', heading, ...lines];
  return [
    ...section(`Must exist on ${at}:`, commands('always')),
    ...section('For more than the 1,000 requests an hour of a run by itself, a token,', commands('token')),
    ...section('or a GitHub App (the id of its installation only when it has more than one):', commands('app')),
    ...section('Only with docs.embedder: openai:', commands('openai')),
    ...section('For the schedule, the repository to capture:', commands('schedule')),
    ...section(
      'Next:',
      next.map((command) => `  $ ${command}`),
    ),
  ];
}

/** What to type after an installation of workflows. */
export function nextCommands(pipelines: readonly Pipeline[], repository: string | undefined): readonly string[] {
  const at = repository === undefined ? '' : ` --dispatch-repo ${repository}`;
  return [
    'capture-cli workflows check',
    "git add .github/workflows && git commit -m 'Add the capture workflows' && git push",
    ...pipelines.map(({ call }) => `capture-cli ${call} --remote${at}`),
  ];
}

function setCommand({ kind, name, needed }: NeededValue, repository: string): string {
  return `gh ${kind} set ${name} --repo ${repository}${inputTo(kind, needed)}`;
}

/** What gh must be given beside the name: it asks for other values, but takes one line only. */
function inputTo(kind: NeededValue['kind'], needed: NeededValue['needed']): string {
  if (kind === 'secret') return needed === 'app' ? ' < private-key.pem' : '';
  return needed === 'schedule' ? ' --body OWNER/REPO' : '';
}
