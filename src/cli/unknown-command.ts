import type { Config } from '@oclif/core/interfaces';
import { didYouMean } from '../lib/did-you-mean.ts';
import { OperatorError } from '../lib/errors.ts';
import { EXIT } from '../lib/exit-codes.ts';

/**
 * The error for words that are no command. oclif joins every word up to the first flag with colons when it finds no
 * command, so arguments are among them and the suggestion is sought by two words, then by one.
 */
export function unknownCommand(id: string, config: Config): OperatorError {
  const words = id.split(':').filter(Boolean);
  const found = words.findLastIndex((_, last) => config.findCommand(words.slice(0, last + 1).join(':')));
  if (found !== -1) {
    return new OperatorError(`unexpected argument ${words.slice(found + 1).join(' ')}`, {
      code: 'unexpected_argument',
      exitCode: EXIT.usage,
      nextSteps: [`see \`${config.bin} ${words.slice(0, found + 1).join(' ')} --help\``],
    });
  }
  const known = config.commands.filter((command) => !command.hidden).map((command) => command.id.replaceAll(':', ' '));
  const meant =
    didYouMean(
      words.slice(0, 2).join(' '),
      known.filter((name) => name.includes(' ')),
    ) ??
    didYouMean(
      words[0] ?? '',
      [...known, ...config.topics.map((topic) => topic.name)].filter((name) => !name.includes(' ')),
    );
  return new OperatorError(`${words.join(' ')} is not a ${config.bin} command`, {
    code: 'unknown_command',
    exitCode: EXIT.usage,
    nextSteps: [...(meant ? [`did you mean \`${config.bin} ${meant}\`?`] : []), `see \`${config.bin} --help\``],
  });
}

/**
 * The error for a word that stands where a topic's own command takes a repository, and is near to one of its verbs;
 * undefined for anything that may be a repository.
 */
export function mistypedVerb(topic: string, word: string, config: Config): OperatorError | undefined {
  if (word.includes('/')) return undefined;
  const verbs = config.commands
    .filter(({ id, hidden }) => !hidden && id.startsWith(`${topic}:`))
    .map(({ id }) => id.slice(topic.length + 1));
  const meant = didYouMean(word, verbs);
  if (meant === undefined) return undefined;
  return new OperatorError(`${topic} ${word} is not a ${config.bin} command`, {
    code: 'unknown_command',
    exitCode: EXIT.usage,
    nextSteps: [`did you mean \`${config.bin} ${topic} ${meant}\`?`, `see \`${config.bin} ${topic} --help\``],
  });
}
