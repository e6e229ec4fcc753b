import { expect, test } from 'vitest';
import { resolveConfig } from '../../../../src/lib/config/resolve.ts';
import type { EmbedderChoice } from '../../../../src/lib/docs/embed/choice.ts';
import { embedderChoice } from '../../../../src/lib/docs/embed/choice-from-settings.ts';

async function chosen(env: NodeJS.ProcessEnv, platform: NodeJS.Platform = 'linux'): Promise<EmbedderChoice> {
  const { values } = await resolveConfig({ cwd: '/', env, homeDirectory: '/home/me' });
  return embedderChoice(values.docs, {
    env,
    homeDirectory: '/home/me',
    platform,
    processors: 16,
    projectFolder: '/project',
  });
}

test('the settings choose the embedder; models are where deadzone keeps them', async () => {
  expect(await chosen({})).toEqual({ kind: 'use-lite', workers: 4 });
  expect(await chosen({ DEADZONE_DOCS_EMBED_WORKERS: '9' })).toEqual({ kind: 'use-lite', workers: 9 });

  const nomic = { DEADZONE_DOCS_EMBEDDER: 'nomic' };
  expect(await chosen(nomic)).toMatchObject({ modelFolder: '/home/me/.cache/deadzone/models' });
  expect(await chosen({ ...nomic, XDG_CACHE_HOME: '/cache' })).toMatchObject({ modelFolder: '/cache/deadzone/models' });
  expect(await chosen(nomic, 'darwin')).toMatchObject({ modelFolder: '/home/me/Library/Caches/deadzone/models' });
  expect(await chosen({ ...nomic, DEADZONE_HUGOT_CACHE: 'm' })).toMatchObject({ modelFolder: '/m' });

  expect(await chosen({ DEADZONE_DOCS_EMBEDDER: 'openai' })).toEqual({
    kind: 'openai',
    url: 'https://api.openai.com/v1',
    model: 'text-embedding-3-small',
    dimensions: undefined,
  });
});
