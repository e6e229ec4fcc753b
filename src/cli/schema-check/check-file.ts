import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { messageOf, OperatorError } from '../../lib/errors.ts';
import { EXIT } from '../../lib/exit-codes.ts';
import type { CheckOptions } from '../../lib/installs/schema-check/check-files.ts';
import type { CheckedFile, FileFinding } from './file-finding.ts';
import { type FileKind, kindOf } from './file-kind.ts';

/** Errors of readers that say that a file cannot be read, rather than that it says something wrong. */
const UNREADABLE = new Set([
  'artifact_missing',
  'artifact_empty',
  'artifact_damaged',
  'config_unreadable',
  'manifest_unreadable',
  'registry_unreadable',
]);

type Check = (path: string, content: Buffer, options: CheckOptions) => Promise<readonly Omit<FileFinding, 'file'>[]>;

/** How each kind is checked; its reader is loaded only then. */
const CHECKS: Readonly<Record<FileKind, Check>> = {
  'installs cache': async (path, content, options) => {
    const [{ checkCacheFile }, { fieldLine }] = await Promise.all([
      import('../../lib/installs/schema-check/check-files.ts'),
      import('../../lib/installs/schema-check/field-line.ts'),
    ]);
    const text = content.toString('utf8');
    return (await checkCacheFile(path, text, options)).map(
      ({ field, unreadable = false, rule, message, nextSteps }) => ({
        line: fieldLine(text, field),
        column: 1,
        rule,
        message,
        unreadable,
        nextSteps,
      }),
    );
  },
  'installs ledger': async (path, content, options) => {
    const { checkLedgerFile } = await import('../../lib/installs/schema-check/check-files.ts');
    const found = await checkLedgerFile(path, content.toString('utf8'), options);
    return found.map(({ line = 1, unreadable = false, rule, message, nextSteps }) => ({
      line,
      column: 1,
      rule,
      message,
      unreadable,
      nextSteps,
    }));
  },
  registry: async (path, content) => {
    const { parseRegistry } = await import('../../lib/docs/registry/registry.ts');
    parseRegistry(path, content.toString('utf8'));
    return [];
  },
  manifest: async (path) => {
    const { loadManifest } = await import('../../lib/docs/release/manifest.ts');
    await loadManifest(path);
    return [];
  },
  settings: async (path) => {
    const { resolveConfig } = await import('../../lib/config/resolve.ts');
    await resolveConfig({ cwd: dirname(path), env: {}, homeDirectory: dirname(path), flags: {}, file: path });
    return [];
  },
  'doc database': async (path) => {
    const { checkDocDatabase } = await import('../../lib/docs/consolidate/check-database.ts');
    await checkDocDatabase(path);
    return [];
  },
  workflow: async (path) => {
    const { checkWorkflows } = await import('../../lib/actions/workflows/check.ts');
    const [checked] = await checkWorkflows([path]);
    return (checked?.findings ?? []).map(({ line, column, rule, message }) => {
      const nextSteps = [`capture-cli workflows check ${path}`];
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
  const content = await readFile(file).catch((thrown: unknown) => messageOf(thrown));
  const kind = kindOf(file, typeof content === 'string' ? Buffer.alloc(0) : content);
  if (typeof content === 'string') return missing(file, kind, content);
  if (kind === null) throw notRecognised(file);
  const found = await CHECKS[kind](file, content, options).catch((thrown: unknown) => [refusal(thrown)]);
  return { file, kind, findings: found.map((finding) => ({ file, ...finding })) };
}

function missing(file: string, kind: FileKind | null, message: string): CheckedFile {
  if (kind === null) throw notRecognised(file);
  const isCounted = kind === 'installs cache' || kind === 'installs ledger';
  const nextSteps = isCounted ? ['capture-cli cache reseed'] : [`git checkout HEAD -- ${file}`];
  const finding = { file, line: 1, column: 1, rule: 'unreadable', message, unreadable: true, nextSteps };
  return { file, kind, findings: [finding] };
}

/** What a reader throws about the content of a file, as a finding. What is wrong with the call stays an error. */
function refusal(thrown: unknown): Omit<FileFinding, 'file'> {
  if (!(thrown instanceof OperatorError) || /^(revision|merge_base|history)_/.test(thrown.code)) throw thrown;
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

function notRecognised(file: string): OperatorError {
  return new OperatorError(`${file} is no file whose shape is known here`, {
    code: 'file_not_recognised',
    exitCode: EXIT.usage,
    nextSteps: [
      'name an installs cache, its ledger, libraries_sources.yaml, manifest.yaml, .deadzonerc, a doc database or a workflow',
    ],
  });
}
