/** OpenAI takes 2,048 texts and 300,000 tokens in a request (platform.openai.com, "Create embeddings"); others take less. */
const MAX_TEXTS = 128;
const MAX_CHARACTERS = 200_000;

/**
 * Characters (UTF-16 units) that are sent of a text. OpenAI refuses more than 8,192 tokens, and one token of documentation
 * is 2.5 characters or more.
 */
export const MAX_TEXT = 20_000;

/** Texts, each cut to `MAX_TEXT`, in requests that are bounded by count and size; the order stays. */
export function requestBatches(texts: readonly string[]): readonly (readonly string[])[] {
  const batches: string[][] = [];
  let room = 0;
  for (const whole of texts) {
    const text = cut(whole);
    const last = batches.at(-1);
    if (last && last.length < MAX_TEXTS && text.length <= room) last.push(text);
    else {
      batches.push([text]);
      room = MAX_CHARACTERS;
    }
    room -= text.length;
  }
  return batches;
}

/** Not inside a surrogate pair: half a character is not valid in JSON for every server. */
function cut(text: string): string {
  return text.length > MAX_TEXT ? text.slice(0, MAX_TEXT).replace(/[\uD800-\uDBFF]$/, '') : text;
}
