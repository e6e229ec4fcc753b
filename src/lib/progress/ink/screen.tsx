import { Box, Static, Text, useInput } from 'ink';
import type { FrameLine } from './sections.ts';

/** Finished lines that were put on record together; they are drawn once and then belong to the terminal. */
export interface ScrollbackBlock {
  readonly id: number;
  readonly text: string;
  /** Cells of the longest line. */
  readonly cells: number;
}

export interface ScreenProps {
  readonly scrollback: ScrollbackBlock[];
  readonly frame: readonly FrameLine[];
  readonly columns: number;
  /** Called for each Ctrl-C; absent where the keyboard is not ours to read. */
  readonly onInterrupt?: (() => void) | undefined;
}

/** The whole live view. It holds no state: everything it shows is handed in. */
export function Screen({ scrollback, frame, columns, onInterrupt }: ScreenProps) {
  return (
    <>
      {onInterrupt && <Keyboard onInterrupt={onInterrupt} />}
      <Static items={scrollback}>
        {(block) => (
          // As wide as the text: the terminal wraps it, so that it can be copied whole and follows the window's width.
          <Box key={block.id} width={block.cells} flexShrink={0}>
            <Text>{block.text}</Text>
          </Box>
        )}
      </Static>
      <Box flexDirection="column" width={Math.max(1, columns - 1)}>
        {frame.map((line) => (
          <Line key={line.id} line={line} />
        ))}
      </Box>
    </>
  );
}

function Line({ line }: { readonly line: FrameLine }) {
  const wrap = line.cut === 'middle' ? 'truncate-middle' : 'truncate-end';
  // An empty Text has no height.
  const left = <Text wrap={wrap}>{line.left || ' '}</Text>;
  if (line.right === undefined) return left;
  return (
    <Box justifyContent="space-between" columnGap={2}>
      {left}
      <Box flexShrink={0}>
        <Text>{line.right}</Text>
      </Box>
    </Box>
  );
}

function Keyboard({ onInterrupt }: { readonly onInterrupt: () => void }) {
  useInput((input, key) => {
    if (key.ctrl && input === 'c') onInterrupt();
  });
  return null;
}
