import { createInterface } from 'node:readline/promises';
import { Interrupted } from './interrupt.ts';
import type { IO } from './io.ts';

/**
 * Asks a yes-or-no question on stderr; Enter takes the capital letter of `[Y/n]` or `[y/N]`, and the end of the input
 * (Ctrl-D) is a no. Only where `io.canPrompt`.
 *
 * @throws Interrupted on Ctrl-C, which the terminal sends as a key and not as a signal while a line is read
 */
export async function confirm(io: IO, question: string, enterMeans: boolean): Promise<boolean> {
  const prompt = createInterface({ input: io.stdin, output: io.stderr });
  const ended = Promise.withResolvers<null>();
  prompt.once('close', () => ended.resolve(null));
  prompt.once('SIGINT', () => ended.reject(new Interrupted('interrupted by Ctrl-C')));
  try {
    const asked = prompt.question(`${question} ${enterMeans ? '[Y/n]' : '[y/N]'} `);
    const answer = (await Promise.race([asked, ended.promise]))?.trim().toLowerCase();
    if (answer === undefined) io.stderr.write('\n');
    return answer === '' ? enterMeans : answer === 'y' || answer === 'yes';
  } finally {
    prompt.close();
  }
}
