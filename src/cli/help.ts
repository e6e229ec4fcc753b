import { CommandHelp, Help, type HelpSectionRenderer, standardizeIDFromArgv } from '@oclif/core/help';
import { OTHER_ENVIRONMENT_VARIABLES, SETTING_KEYS, SETTINGS, type SettingKey } from '../lib/config/settings.ts';
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
  'backfill pytorch/pytorch --remote',
  'scrape --check-urls',
  'cache status',
  'doctor',
];

/** `capture-cli help environment`, as gh has it. */
const ENVIRONMENT_TOPIC = 'environment';

/** The settings that every pipeline has in common; a page of them all would hide the rest. */
const ROOT_SETTINGS = ['store.directory', 'store.url', 'github.apiUrl', 'github.graphqlUrl'] as const;

/** The product's help: `--help` on a command tells its exit codes, `--help` alone tells the environment variables. */
export default class SurfaceHelp extends Help {
  protected override CommandHelpClass = CommandHelpWithExitCodes;

  override async showHelp(argv: string[]): Promise<void> {
    const words = argv.filter((word) => word !== '--help' && word !== 'help');
    if (words.length === 1 && words[0] === ENVIRONMENT_TOPIC) {
      this.log(this.section('ENVIRONMENT VARIABLES', this.environment(SETTING_KEYS)));
      return;
    }
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
    this.log(this.section('ENVIRONMENT VARIABLES', this.environment(ROOT_SETTINGS)));
    this.log('');
    this.log(this.section('EXIT CODES', exitCodes()));
    this.log('');
    this.log(
      this.wrap(
        'Settings are taken from flags, then the environment, then .deadzonerc of the project, then the user file, then defaults. `capture-cli help environment` lists every variable, `capture-cli init` writes a .deadzonerc with every setting, and `capture-cli doctor` shows each value and where it came from.',
        0,
      ),
    );
  }

  private environment(keys: readonly SettingKey[]): string {
    const settings = keys.map((key): [string, string] => [SETTINGS[key].env, `${SETTINGS[key].summary} (${key})`]);
    return [...settings, ...OTHER_ENVIRONMENT_VARIABLES]
      .map(([names, summary]) => {
        const lines = this.indent(this.wrap(summary, this.indentSpacing * 2));
        return `${names.replaceAll(', ', '\n')}\n${lines}`;
      })
      .join('\n');
  }
}

/** Exit codes as a table; only those that the command declares in a static `exitCodes`, when it does. */
function exitCodes(command?: object): [string, string][] {
  const declared =
    command && 'exitCodes' in command && Array.isArray(command.exitCodes) ? command.exitCodes : undefined;
  return Object.entries(EXIT_CODE_MEANINGS).filter(([code]) => !declared || declared.includes(Number(code)));
}
