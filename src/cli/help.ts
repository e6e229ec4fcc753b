import { CommandHelp, Help, type HelpSectionRenderer, standardizeIDFromArgv } from '@oclif/core/help';
import { OTHER_ENVIRONMENT_VARIABLES, SETTINGS } from '../lib/config/settings.ts';
import { EXIT_CODE_MEANINGS } from '../lib/exit-codes.ts';
import { unknownCommand } from './unknown-command.ts';

/** Help of one command: oclif's sections, then the exit codes. */
class CommandHelpWithExitCodes extends CommandHelp {
  /** The summary stands above the usage already; oclif would repeat it here. */
  protected override description(): string | undefined {
    const { description } = this.command;
    return description ? this.wrap(description) : undefined;
  }

  protected override sections(): { generate: HelpSectionRenderer; header: string }[] {
    const sections = super.sections();
    // Commands of plugins have exit codes of their own.
    if (this.command.pluginType === 'core' && this.command.pluginName !== this.config.name) return sections;
    return [
      ...sections,
      { header: 'EXIT CODES', generate: (_, header) => ({ header, body: exitCodes(this.command) }) },
    ];
  }
}

/** What most people type first; each command's own help has more. */
const EXAMPLES = [
  'backfill pytorch/pytorch --dry-run',
  'backfill pytorch/pytorch',
  'backfill status --watch',
  'doctor',
];

/** The product's help: `--help` on a command tells its exit codes, `--help` alone tells the environment variables. */
export default class SurfaceHelp extends Help {
  protected override CommandHelpClass = CommandHelpWithExitCodes;

  override async showHelp(argv: string[]): Promise<void> {
    const words = argv.filter((word) => word !== '--help' && word !== 'help');
    const [id] = standardizeIDFromArgv(words, this.config);
    if (id && !id.startsWith('-') && !this.config.findCommand(id) && !this.config.findTopic(id)) {
      throw unknownCommand(id, this.config);
    }
    await super.showHelp(argv);
  }

  protected override async showRootHelp(): Promise<void> {
    await super.showRootHelp();
    this.log(this.section('EXAMPLES', EXAMPLES.map((example) => `$ ${this.config.bin} ${example}`).join('\n')));
    this.log('');
    const settings = Object.entries(SETTINGS).map(([key, setting]): [string, string] => [
      setting.env,
      `${setting.summary} (${key})`,
    ]);
    const others = OTHER_ENVIRONMENT_VARIABLES.map(([names, summary]): [string, string] => [
      names.replaceAll(', ', '\n'),
      summary,
    ]);
    this.log(this.section('ENVIRONMENT VARIABLES', this.environment([...settings, ...others])));
    this.log('');
    this.log(this.section('EXIT CODES', exitCodes()));
    this.log('');
    this.log(
      this.wrap(
        'Settings are taken from flags, then the environment, then .deadzonerc of the project, then the user file, then defaults. `capture-cli doctor` shows each value and where it came from.',
        0,
      ),
    );
  }

  private environment(rows: readonly [string, string][]): string {
    return rows
      .map(([name, summary]) => `${name}\n${this.indent(this.wrap(summary, this.indentSpacing * 2))}`)
      .join('\n');
  }
}

/** Exit codes as a table; only those that the command declares in a static `exitCodes`, when it does. */
function exitCodes(command?: object): [string, string][] {
  const declared =
    command && 'exitCodes' in command && Array.isArray(command.exitCodes) ? command.exitCodes : undefined;
  return Object.entries(EXIT_CODE_MEANINGS).filter(([code]) => !declared || declared.includes(Number(code)));
}
