/** `wavewright keys`. */
import type { Command } from 'commander';
import { APPROVER_NAME } from '../../domain/gate/approver.ts';
import { approverText, createKeyFile } from '../../store/keys/key-file.ts';
import type { GlobalOptions } from '../connect.ts';
import { CommandError, exitCodes } from '../exit-codes.ts';

interface KeysOptions extends GlobalOptions {
  name?: string;
}

export function registerKeys(program: Command): void {
  program
    .command('keys')
    .description('make a key that signs approvals, and print its public half for gate.approvers')
    .argument('<file>', 'where the private key goes; never overwritten')
    .option('--name <name>', 'whose key it is; answers signed with it must then give that name')
    .action(async (file: string, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<KeysOptions>();
      const name = options.name ?? null;
      if (name !== null && !APPROVER_NAME.test(name)) {
        throw new CommandError(
          exitCodes.badInput,
          `--name: found ${JSON.stringify(name)}, expected 1 to 200 characters in one line, without spaces at the ends.`,
        );
      }
      const key = await createKeyFile(file);
      if (key === null) {
        throw new CommandError(exitCodes.badInput, `${file} exists already; choose another name, or move it away.`);
      }
      const approver = approverText(key, name);
      if (options.json === true) {
        console.log(JSON.stringify({ file, approver }));
        return;
      }
      console.log(approver);
      console.error(
        `The private key is in ${file}: keep it to yourself. The line above goes into gate.approvers of a run's input.`,
      );
    });
}
