import { dirname } from 'node:path';
import { messageOf, OperatorError } from '../../lib/errors.ts';
import { EXIT } from '../../lib/exit-codes.ts';
import type { CheckOptions } from '../../lib/installs/schema-check/check-files.ts';
import { shellWord } from '../../lib/shell-word.ts';
import type { CheckedFile, FileFinding } from './file-finding.ts';
import { type FileKind, kindOf } from './file-kind.ts';

/** Errors of readers that say that a file cannot be read, rather than that it says something wrong. */
const UNREADABLE = new Set([
  'artifact_missing',
  'artifact_empty',
  'artifact_damaged',
  'config_syntax',
  'config_unreadable',
]);

type Check = (path: string, text: string, options: CheckOptions) => Promise<readonly Omit<FileFinding, 'file'>[]>;

/** How each kind is checked; its reader is loaded only then. */
const CHECKS: Readonly<Record<FileKind, Check>> = {
  'installs cache': async (path, text, options) => {
    const [{ checkCacheFile }, { fieldLine }] = await Promise.all([
      import('../../lib/installs/schema-check/check-files.ts'),
      import('../../lib/installs/schema-check/field-line.ts'),
    ]);
    return (await checkCacheFile(path, text, options)).map(
      ({ field, line = fieldLine(text, field), unreadable = false, rule, message, nextSteps }) => ({
        line,
        column: 1,
        rule,
        message,
        unreadable,
        nextSteps,
      }),
    );
  },
  'installs ledger': async (path, text, options) => {
    const { checkLedgerFile } = await import('../../lib/installs/schema-check/check-files.ts');
    const found = await checkLedgerFile(path, text, options);
    return found.map(({ line = 1, unreadable = false, rule, message, nextSteps }) => ({
      line,
      column: 1,
      rule,
      message,
      unreadable,
      nextSteps,
    }));
  },
  registry: async (path, text) => {
    const { parseRegistry } = await import('../../lib/docs/registry/registry.ts');
    parseRegistry(path, text);
    return [];
  },
  manifest: async (path, text) => {
    const { parseManifest } = await import('../../lib/docs/release/manifest.ts');
    parseManifest(path, text);
    return [];
  },
  settings: async (path, text) => {
    if (/\.[cm]?[jt]s$/.test(path)) {
      const { resolveConfig } = await import('../../lib/config/resolve.ts');
      await resolveConfig({ cwd: dirname(path), env: {}, homeDirectory: dirname(path), file: path });
      return [];
    }
    const { checkSettings } = await import('../../lib/config/check-settings.ts');
    checkSettings(path, text);
    return [];
  },
  'doc database': async (path) => {
    const { checkDocDatabase } = await import('../../lib/docs/consolidate/check-database.ts');
    await checkDocDatabase(path);
    return [];
  },
  workflow: async (path, text) => {
    const [{ checkWorkflow }, { loadActionlint }] = await Promise.all([
      import('../../lib/actions/workflows/check.ts'),
      import('../../lib/actions/workflows/actionlint.ts'),
    ]);
    return (await checkWorkflow(path, text, loadActionlint())).map(({ line, column, rule, message }) => {
      const nextSteps = [`capture-cli workflows check ${shellWord(path)}`];
      return { line, column, rule, message, unreadable: false, nextSteps };
    });
  },
};

/**
 * Recognises a file and checks it as what it is.
 *
 * @throws OperatorError `file_not_recognised`, exit 2; as `findBaseline` does
 */
export async function checkFile(file: string, options: CheckOptions): Promise<CheckedFile> {
  const read = await options.readText(file).then(
    (text) => ({ text, problem: 'there is no such file' }),
    (thrown: unknown) => ({ text: null, problem: readProblem(thrown) }),
  );
  const kind = kindOf(file, read.text ?? '');
  if (kind === null) throw notRecognised(file, read.text === null ? read.problem : 'its shape is not known here');
  const found =
    read.text === null
      ? [unreadable(file, kind, read.problem)]
      : await CHECKS[kind](file, read.text, options).catch((thrown: unknown) => [refusal(thrown)]);
  return { file, kind, findings: found.map((finding) => ({ file, ...finding })) };
}

/** What is wrong with the call, and not with a file, stays an error. */
function readProblem(thrown: unknown): string {
  if (thrown instanceof OperatorError) throw thrown;
  const isFolder = thrown instanceof Error && 'code' in thrown && thrown.code === 'EISDIR';
  return isFolder ? 'it is a folder' : messageOf(thrown);
}

function unreadable(file: string, kind: FileKind, message: string): Omit<FileFinding, 'file'> {
  const isCounted = kind === 'installs cache' || kind === 'installs ledger';
  const nextSteps = isCounted ? ['capture-cli cache reseed'] : [`restore it: git checkout HEAD -- ${shellWord(file)}`];
  return { line: 1, column: 1, rule: 'unreadable', message, unreadable: true, nextSteps };
}

/** What a reader throws about the content of a file, as a finding. What is wrong with the call stays an error. */
function refusal(thrown: unknown): Omit<FileFinding, 'file'> {
  if (!(thrown instanceof OperatorError) || /^(revision|merge_base|history|git|not_in_git)(_|$)/.test(thrown.code))
    throw thrown;
  const { code, message, nextSteps } = thrown;
  const [, line = '1', column = '1'] = /:(\d+):(\d+)/.exec(message) ?? [];
  return {
    line: Number(line),
    column: Number(column),
    rule: code,
    message,
    unreadable: UNREADABLE.has(code),
    nextSteps,
  };
}

function notRecognised(file: string, reason: string): OperatorError {
  return new OperatorError(`${file} cannot be checked: ${reason}`, {
    code: 'file_not_recognised',
    exitCode: EXIT.usage,
    nextSteps: [
      'name an installs cache, its ledger, libraries_sources.yaml, manifest.yaml, .deadzonerc, a doc database or a workflow',
    ],
  });
}
