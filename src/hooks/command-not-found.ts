import type { Hook } from '@oclif/core/hooks';
import { unknownCommand } from '../cli/unknown-command.ts';

/** Suggests and never asks: the same answer on a terminal, in a pipe and in CI. */
const hook: Hook<'command_not_found'> = ({ config, id }) => Promise.reject(unknownCommand(id, config));

export default hook;
