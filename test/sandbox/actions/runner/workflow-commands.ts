/** A line that tells the runner something: `::warning file=a.ts,line=3::text`. */
export interface WorkflowCommand {
  readonly name: string;
  readonly properties: Readonly<Record<string, string>>;
  readonly message: string;
}

/** docs.github.com, "Workflow commands": what is escaped in messages, and beside it in properties. */
function unescapeData(text: string): string {
  return text.replaceAll('%0D', '\r').replaceAll('%0A', '\n').replaceAll('%25', '%');
}

function unescapeProperty(text: string): string {
  return unescapeData(text.replaceAll('%3A', ':').replaceAll('%2C', ','));
}

/** Null for a line that is no command. */
export function parseCommand(line: string): WorkflowCommand | null {
  const match = /^\s*::([a-z][a-z-]*)(?: ([^:]*(?::(?!:)[^:]*)*))?::(.*)$/i.exec(line);
  if (!match) return null;
  const [, name = '', properties = '', message = ''] = match;
  const pairs = properties.split(',').flatMap((pair) => {
    const at = pair.indexOf('=');
    return at > 0 ? [[pair.slice(0, at).trim(), unescapeProperty(pair.slice(at + 1))] as const] : [];
  });
  return { name: name.toLowerCase(), properties: Object.fromEntries(pairs), message: unescapeData(message) };
}
