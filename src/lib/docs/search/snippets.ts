/**
 * Characters of a token. OpenAI's rule of thumb for English (help.openai.com, "What are tokens and how to count them");
 * tokenizers differ, and a budget needs no exact count.
 */
const CHARACTERS_PER_TOKEN = 4;

/** The beginning of a text. */
export interface Snippet {
  readonly text: string;
  /** About. */
  readonly tokens: number;
  /** Whether there is more of it. */
  readonly isCut: boolean;
}

/**
 * The beginnings of texts which together have no more tokens than `budget`. Each gets an equal share; what a short one
 * leaves goes to those after it. A cut is made between lines or words where there is one in the second half of the share.
 */
export function snippets(texts: readonly string[], budget: number): readonly Snippet[] {
  let left = budget;
  return texts.map((text, index) => {
    const share = Math.floor(left / (texts.length - index));
    const snippet = beginning(text.trim(), share * CHARACTERS_PER_TOKEN);
    left -= snippet.tokens;
    return snippet;
  });
}

function beginning(text: string, characters: number): Snippet {
  const isCut = text.length > characters;
  const kept = isCut ? cutBetween(text.slice(0, characters)).trimEnd() : text;
  // A cut may fall between the halves of a character.
  return { text: kept.toWellFormed(), tokens: Math.ceil(kept.length / CHARACTERS_PER_TOKEN), isCut };
}

function cutBetween(text: string): string {
  for (const border of ['\n', ' ']) {
    const at = text.lastIndexOf(border);
    if (at >= text.length / 2) return text.slice(0, at);
  }
  return text;
}
