import { join } from 'node:path';
import type { Command } from 'commander';
import { writeDemoDataset } from '../../store/demo-dataset.ts';
import { dataRoot } from '../../workers/process-settings.ts';
import { addDemoOptions, readDemoOptions } from '../demo-options.ts';
import type { DemoFlags } from '../demo-options.ts';
import { CommandError, exitCodes } from '../exit-codes.ts';
import { DATASET_NAME } from '../../contracts/run-input.ts';

export function registerInitDemo(program: Command): void {
  const command = program
    .command('init-demo')
    .description('write a generated dataset, without running anything')
    .argument('[name]', 'its folder below the data root', 'demo');
  addDemoOptions(command).action(async (name: string, flags: DemoFlags) => {
    if (!DATASET_NAME.test(name)) {
      throw new CommandError(
        exitCodes.badInput,
        `name: found ${name}, expected a name that matches ${DATASET_NAME.source}.`,
      );
    }
    const folder = join(dataRoot(process.env), name);
    const written = await writeDemoDataset(folder, readDemoOptions(flags));
    if (written.kind === 'exists') {
      throw new CommandError(exitCodes.badInput, `${folder} exists already; choose another name, or move it away.`);
    }
    console.log(
      `${written.files} files written to ${folder}. Forecast it: npx wavewright start --dataset ${name} --wait`,
    );
  });
}
