/**
 * Loaded with `--import` before a program: gives up root's rights, before which no permission of a file counts. An
 * ordinary user keeps their own.
 */
const NOBODY = 65_534;
if (process.getuid?.() === 0) {
  process.setgid?.(NOBODY);
  process.setuid?.(NOBODY);
}
