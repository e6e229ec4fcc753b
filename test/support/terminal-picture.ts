import ansiToSvg from 'ansi-to-svg';

export interface PictureOptions {
  /** Shown in the title bar of the window. */
  readonly title?: string;
}

/** A terminal's screen (ANSI text) as an SVG. */
export function pictureOf(
  ansi: string,
  size: { readonly cols: number; readonly rows: number },
  options: PictureOptions = {},
): string {
  void size;
  void options;
  return ansiToSvg(ansi, { fontFamily: 'DejaVu Sans Mono, Menlo, Consolas, monospace' });
}
