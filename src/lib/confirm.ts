import { createInterface } from 'node:readline/promises';
import type { IO } from './io.ts';

/**
 * Asks a yes-or-no question on stderr; Enter takes the capital letter of `[Y/n]` or `[y/N]`. Only where `io.canPrompt`.
 */
export async function confirm(io: IO, question: string, enterMeans: boolean): Promise<boolean> {
  const prompt = createInterface({ input: io.stdin, output: io.stderr });
  try {
    const answer = (await prompt.question(`${question} ${enterMeans ? '[Y/n]' : '[y/N]'} `)).trim().toLowerCase();
    return answer === '' ? enterMeans : ['y', 'yes'].includes(answer);
  } finally {
    prompt.close();
  }
}
