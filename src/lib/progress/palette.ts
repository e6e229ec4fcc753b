import { styleText } from 'node:util';

/** What a piece of text means; colour only repeats what its words say. */
export type Tone = 'plain' | 'strong' | 'faint' | 'good' | 'warning' | 'bad';

/** Gives text the look of its tone, or leaves it as it is where the stream takes no colour. */
export type Palette = (tone: Tone, text: string) => string;

type Format = Parameters<typeof styleText>[0];

const FORMATS: Readonly<Record<Exclude<Tone, 'plain'>, Format>> = {
  strong: 'bold',
  faint: 'dim',
  good: 'green',
  warning: 'yellow',
  bad: 'red',
};

/**
 * Whether a stream takes colour, decided for that stream alone (Ink's own library asks stdout, and progress goes to
 * stderr). `NO_COLOR` wins (https://no-color.org), then `FORCE_COLOR` and `CLICOLOR_FORCE`, then what the stream is.
 */
export function takesColour(stream: { readonly isTTY?: boolean }, env: Readonly<NodeJS.ProcessEnv>): boolean {
  if (env['NO_COLOR']) return false;
  const forced = env['FORCE_COLOR'] ?? env['CLICOLOR_FORCE'];
  if (forced !== undefined) return forced !== '0' && forced !== 'false';
  return Boolean(stream.isTTY) && env['TERM'] !== 'dumb';
}

export function createPalette(colour: boolean): Palette {
  if (!colour) return (_tone, text) => text;
  return (tone, text) => (tone === 'plain' ? text : styleText(FORMATS[tone], text, { validateStream: false }));
}
