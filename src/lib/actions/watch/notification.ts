import { formatIdentifier } from '../../progress/format.ts';
import type { RunState } from '../../progress/runs/events.ts';
import { sanitize } from '../../progress/sanitize.ts';

/**
 * The bell, and a notification for terminals that show one: OSC 9 (iTerm2, Windows Terminal, kitty) and OSC 777 (urxvt,
 * foot, Ghostty). Others ignore both.
 */
export function notification(title: string, state: RunState): string {
  const text = `${sanitize(title)}: ${formatIdentifier(state)}`.replaceAll(';', ',');
  return `\u0007\u001b]9;${text}\u0007\u001b]777;notify;capture-cli;${text}\u0007`;
}
