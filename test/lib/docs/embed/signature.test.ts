import { expect, test } from 'vitest';
import type { EmbedderChoice } from '../../../../src/lib/docs/embed/choice.ts';
import { signatureOf } from '../../../../src/lib/docs/embed/signature.ts';

const NOMIC: EmbedderChoice = { kind: 'nomic', modelFolder: '/models', projectFolder: '/project' };

test("the signature of deadzone's own model is deadzone's, wherever the model lies; others have others", () => {
  expect(signatureOf(NOMIC)).toBe('5355f97f5ab70d53b2f89ab4fe51a284d0ef625e38bd78818362e853b212cdf3');
  const openAi = { kind: 'openai', url: 'https://a.example/v1', model: 'm', dimensions: undefined } as const;
  const others: readonly EmbedderChoice[] = [
    { kind: 'use-lite', workers: 1 },
    openAi,
    { ...openAi, model: 'n' },
    { ...openAi, dimensions: 256 },
  ];
  expect(new Set([NOMIC, ...others].map(signatureOf)).size).toBe(others.length + 1);
  expect(signatureOf({ kind: 'use-lite', workers: 4 })).toBe(signatureOf({ kind: 'use-lite', workers: 1 }));
});
