/** Turns a word into the numbers of its pieces in the model's vocabulary. */
export type EncodeWord = (word: string) => readonly number[];

/** Longer words, as of base64, are cut: the tokenizer takes time by the square of a word's length. */
const WORD = /\S{1,256}/gu;

/** Words whose tokens are remembered: text repeats itself, and tokenizing is otherwise a tenth of the work. */
const REMEMBERED_WORDS = 20_000;

/**
 * The first tokens of a text, cut into windows of `windowTokens`; at most `maxWindows`, so that a text of any length takes
 * bounded time. White space of any kind only separates words: the model was trained on text without line ends.
 */
export function tokenWindows(
  text: string,
  encodeWord: EncodeWord,
  { windowTokens, maxWindows }: { readonly windowTokens: number; readonly maxWindows: number },
): readonly (readonly number[])[] {
  const tokens: number[] = [];
  for (const [word] of text.matchAll(WORD)) {
    tokens.push(...encodeWord(word));
    if (tokens.length >= windowTokens * maxWindows) break;
  }
  const windows = Math.min(maxWindows, Math.ceil(tokens.length / windowTokens));
  return Array.from({ length: windows }, (_, at) => tokens.slice(at * windowTokens, (at + 1) * windowTokens));
}

/** `encodeWord`, remembering its answers. */
export function rememberingWords(encodeWord: EncodeWord): EncodeWord {
  const known = new Map<string, readonly number[]>();
  return (word) => {
    const remembered = known.get(word);
    if (remembered) return remembered;
    if (known.size >= REMEMBERED_WORDS) known.clear();
    const tokens = encodeWord(word);
    known.set(word, tokens);
    return tokens;
  };
}
