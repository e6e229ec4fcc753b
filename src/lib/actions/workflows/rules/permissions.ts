import { isMap, isScalar, type YAMLMap } from 'yaml';
import type { Finding } from '../finding.ts';
import { findingAt, jobsOf, keyOf, restOfLine, startOf, type WorkflowFile } from '../workflow-file.ts';

const RULE = 'permissions';

/**
 * The token of a run may do what its job needs and nothing else: permissions are said, never "all", writing is granted
 * to single jobs, and each grant says in a comment on its line what it is for (docs.github.com, "Secure use reference").
 */
export function permissions(file: WorkflowFile): readonly Finding[] {
  const { root } = file;
  const jobs = jobsOf(file);
  return [
    ...grants(file, root, 'the whole workflow'),
    ...jobs.flatMap(({ id, body }) => grants(file, body, `the job ${String(id.value)}`)),
    ...(root.has(RULE)
      ? []
      : jobs
          .filter(({ body }) => !body.has(RULE))
          .map(({ id }) =>
            findingAt(
              file,
              RULE,
              startOf(id),
              `the job ${String(id.value)} has whatever permissions the repository gives: add permissions`,
            ),
          )),
  ];
}

function grants(file: WorkflowFile, map: YAMLMap, owner: string): readonly Finding[] {
  const granted: unknown = map.get(RULE, true);
  const found = (node: unknown, message: string): Finding => findingAt(file, RULE, startOf(node), message);
  if (isScalar(granted)) {
    // `permissions:` without a value is what GitHub reads as no permissions said.
    const value = granted.value === null ? 'nothing' : String(granted.value);
    return [found(keyOf(map, RULE), `${owner} is granted ${value}: list the scopes that it needs, or {}`)];
  }
  if (!isMap(granted)) return [];
  return granted.items.flatMap(({ key, value }) => {
    if (!isScalar(key) || !isScalar(value) || value.value !== 'write') return [];
    const scope = `${String(key.value)}: write`;
    if (map === file.root) return [found(key, `${scope} is granted to ${owner}: grant it to the job that needs it`)];
    return /#\s*\w/.test(restOfLine(file, value))
      ? []
      : [found(key, `${scope} does not say what it is for: add a comment to its line`)];
  });
}
