import { join } from 'node:path';
import { BaseCommand } from '../cli/base-command.ts';
import { type Diagnosis, diagnoseInstallation } from '../lib/doctor/doctor.ts';
import { diagnosisLines } from '../lib/doctor/report.ts';
import { EXIT } from '../lib/exit-codes.ts';

export default class Doctor extends BaseCommand {
  static override summary = 'Check the machine, the settings, the token, GitHub and the store';
  static override description =
    'Checks everything that a pipeline needs and tells how to repair what is wrong, with every setting in effect and where it came from. Changes nothing.';
  static override examples = [
    { description: 'Check everything', command: '<%= config.bin %> doctor' },
    { description: 'Check in a script', command: '<%= config.bin %> doctor --json' },
  ];
  static override exitCodes = [EXIT.done, EXIT.failed, EXIT.usage, EXIT.auth];

  async run(): Promise<Pick<Diagnosis, 'checks' | 'settings'>> {
    await this.parse(Doctor);
    const { checks, settings, exitCode } = await diagnoseInstallation({
      clock: this.clock,
      env: this.io.env,
      fetch: globalThis.fetch,
      redactor: this.redactor,
      settings: () => this.settings(),
      nodeVersion: process.versions.node,
      requiredNode: this.config.pjson['engines'].node,
      userAgent: this.config.userAgent,
      migrationsDirectory: join(this.config.root, 'supabase', 'migrations'),
    });
    for (const line of diagnosisLines({ checks, settings, exitCode }, this.io.stdout)) this.log(line);
    process.exitCode = exitCode;
    return { checks, settings };
  }
}
