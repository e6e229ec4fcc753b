import { randomBytes } from 'node:crypto';
import { mkdir, stat } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import type { LocalAction } from './local-action.ts';
import { booleanInput, lines } from './local-action.ts';
import { bytesOf, copy, filesBelow, located, matching } from './stored-files.ts';

/** The folder that all paths have in common. */
function commonFolder(paths: readonly string[]): string {
  const folders = paths.map((path) => dirname(path).split('/'));
  const [first = []] = folders;
  let length = first.length;
  while (folders.some((each) => each.slice(0, length).join('/') !== first.slice(0, length).join('/'))) length -= 1;
  return first.slice(0, length).join('/') || '/';
}

async function filesOf(found: readonly string[], withHidden: boolean): Promise<readonly string[]> {
  const files: string[] = [];
  for (const path of found) {
    if ((await stat(path)).isDirectory())
      files.push(...(await filesBelow(path, withHidden)).map((each) => join(path, each)));
    else files.push(path);
  }
  return [...new Set(files)];
}

/** actions/upload-artifact, version 4 and later: a name can be given once in a run. */
export const uploadArtifact: LocalAction = {
  inputs: {
    name: 'artifact',
    path: '',
    'if-no-files-found': 'warn',
    'retention-days': '',
    'compression-level': '6',
    overwrite: 'false',
    'include-hidden-files': 'false',
    archive: 'true',
  },
  run: async ({ frame, inputs, log, warn }) => {
    const { hosted, place, house, runId } = frame;
    const name = inputs['name'] ?? 'artifact';
    const patterns = lines(inputs['path']);
    const found = matching(place, patterns);
    const files = await filesOf(found, booleanInput(inputs, 'include-hidden-files'));
    if (files.length === 0) {
      const message = `No files were found with the provided path: ${patterns.join(' ')}. No artifacts will be uploaded.`;
      if (inputs['if-no-files-found'] === 'error') throw new Error(message);
      if (inputs['if-no-files-found'] === 'warn') warn(message);
      else log(message);
      return {};
    }
    const { artifacts } = hosted;
    if (booleanInput(inputs, 'overwrite'))
      for (const each of artifacts.ofRun(runId)) if (each.name === name) artifacts.remove(each.id);
    const [only] = found;
    const isFolder = found.length === 1 && only !== undefined && (await stat(only)).isDirectory();
    const root = isFolder ? only : commonFolder(files);
    const folder = join(await house.root(), 'artifacts', randomBytes(8).toString('hex'));
    await mkdir(folder, { recursive: true });
    for (const file of files) await copy(file, join(folder, relative(root, file)));
    const bytes = await bytesOf(folder);
    const made = artifacts.add({ runId, name, bytes, createdAt: house.clock.now(), folder });
    log(`Artifact ${name} has been successfully uploaded! Final size is ${bytes} bytes. Artifact ID is ${made.id}`);
    return {
      'artifact-id': String(made.id),
      'artifact-url': `${hosted.repository.url}/actions/runs/${runId}/artifacts/${made.id}`,
    };
  },
};

function globPattern(pattern: string): RegExp {
  const escaped = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${escaped}$`);
}

/** actions/download-artifact, version 4 and later. */
export const downloadArtifact: LocalAction = {
  inputs: {
    name: '',
    'artifact-ids': '',
    path: '',
    pattern: '',
    'merge-multiple': 'false',
    'github-token': '',
    repository: '',
    'run-id': '',
    'digest-mismatch': '',
    'skip-decompress': 'false',
  },
  run: async ({ frame, inputs, log }) => {
    const { hosted, place } = frame;
    const runId = inputs['run-id'] ? Number(inputs['run-id']) : frame.runId;
    const all = hosted.artifacts.ofRun(runId);
    const target = located(place, inputs['path'] || '.');
    const { name, pattern } = inputs;
    if (name) {
      const found = all.find((each) => each.name === name);
      if (!found) {
        throw new Error(
          `Unable to download artifact(s): Artifact not found for name: ${name}\n        Please ensure that your artifact is not expired and the artifact was uploaded using a compatible version of toolkit/upload-artifact.`,
        );
      }
      await copy(found.folder, target);
    } else {
      const wanted = all.filter((each) => !pattern || globPattern(pattern).test(each.name));
      const isMerged = booleanInput(inputs, 'merge-multiple');
      for (const each of wanted) await copy(each.folder, isMerged ? target : join(target, each.name));
      log(`Total of ${wanted.length} artifact(s) downloaded`);
    }
    return { 'download-path': target };
  },
};
