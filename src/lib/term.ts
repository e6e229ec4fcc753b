import { styleText } from 'node:util';

type Style = Parameters<typeof styleText>[0];

/**
 * The colour variables as every library must see them, from `--no-color`, NO_COLOR (no-color.org: any non-empty value),
 * FORCE_COLOR and TERM=dumb, in this order. Libraries disagree about these (supports-color ignores NO_COLOR, and Node
 * lets FORCE_COLOR win), so "off" is said in both ways; `FORCE_COLOR=0` is off to all of them.
 *
 * @returns the variables to set; empty when every stream decides for itself by being a terminal
 */
export function colorEnvironment(
  argv: readonly string[],
  env: Readonly<NodeJS.ProcessEnv>,
): { readonly NO_COLOR?: string; readonly FORCE_COLOR?: string } {
  const passThrough = argv.indexOf('--');
  const own = passThrough === -1 ? argv : argv.slice(0, passThrough);
  const off = { NO_COLOR: '1', FORCE_COLOR: '0' };
  if (own.includes('--no-color') || env['NO_COLOR']) return off;
  const forced = env['FORCE_COLOR'];
  if (forced !== undefined) return forced === '0' || forced === 'false' ? off : { FORCE_COLOR: forced || '1' };
  return env['TERM'] === 'dumb' ? off : {};
}

/** Text in a style if `stream` shows colour, plain otherwise. */
export function styled(style: Style, text: string, stream: NodeJS.WriteStream): string {
  return styleText(style, text, { stream });
}
