/** What a dataset's files say of its runs while they go: nothing of this needs a server. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AttemptLine } from '../../domain/model/outcome.ts';

const PLACES = ['phase22/runs', 'phase22/ledger'];

export class RunFiles {
  readonly folder: string;

  /** `folder` is the dataset's. */
  constructor(folder: string) {
    this.folder = folder;
  }

  /** Every finished file of runs and ledger, as paths below the dataset's folder. */
  all(): string[] {
    return PLACES.flatMap((place) => {
      const folder = join(this.folder, place);
      if (!existsSync(folder)) return [];
      return readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter((item) => item.isFile() && !item.name.startsWith('.tmp-'))
        .map((item) => join(item.parentPath, item.name).slice(this.folder.length + 1));
    });
  }

  /** The whole lines of every segment, accepted or not. */
  lines(): (AttemptLine & { file: string })[] {
    return this.all()
      .filter((path) => path.includes('/segments/'))
      .flatMap((file) => {
        const text = readFileSync(join(this.folder, file), 'utf8');
        const whole = text.slice(0, text.lastIndexOf('\n') + 1).split('\n');
        return whole.filter((line) => line !== '').map((line) => ({ ...(JSON.parse(line) as AttemptLine), file }));
      });
  }

  /** Attempts that left a line. */
  attempts(): Set<string> {
    return new Set(this.lines().map(({ task_id, agent_id, attempt }) => attemptName(agent_id, task_id, attempt)));
  }
}

export function attemptName(agent: string, task: string, attempt: number): string {
  return `${agent} ${task} ${attempt}`;
}
