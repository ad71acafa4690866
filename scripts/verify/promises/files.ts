/** Promises on inputs, outputs, dry runs and the plan of verification (45–47, 49–60). */
import type { Findings } from '../findings.ts';
import { waveName } from '../findings.ts';
import { WAVE_FILES } from '../wave-records.ts';
import { DRY_RUN_TEST, INPUTS_TEST, LIVE_RUN_TEST } from './tests-named.ts';
import type { TestName, Verdict, WrittenPromise } from './promise.ts';
import { restsOn, seen } from './promise.ts';

/** All of the files were read with records in them; without them, the data at hand shows nothing. */
function consumed(...files: RegExp[]) {
  return ({ runs }: Findings): Verdict => {
    const where = seen(runs, ({ execution_id, inputs }) => {
      const found = files.map((file) => inputs?.files.find(({ path, records }) => file.test(path) && records > 0));
      if (found.includes(undefined)) return null;
      const read = found.map((one) => `${one?.path} (${one?.records})`).join(', ');
      return `inputs.json of ${execution_id}: ${read}`;
    });
    return where === null ? null : { kept: true, where };
  };
}

/** A dry run's wave has every record file. */
function dryRunComplete({ dryRuns }: Findings): Verdict {
  for (const [executionId, paths] of dryRuns) {
    const folders = new Set(paths.flatMap((path) => /^(.*\/wave_\d+)\/records\//.exec(path)?.[1] ?? []));
    for (const folder of folders) {
      const lacking = WAVE_FILES.find((name) => !paths.includes(`${folder}/${name}`));
      if (lacking !== undefined) return { kept: false, where: `${folder}/${lacking} is missing` };
    }
    if (folders.size > 0)
      return { kept: true, where: `${folders.size} forecast wave(s) of ${executionId}, with every record` };
  }
  return null;
}

function recorded(what: string, count: (findings: Findings) => number) {
  return restsOn(['schema', 'derived', 'ledger', 'ids'], (findings) => {
    const rows = count(findings);
    return rows === 0 ? null : `${rows} ${what}, as committed`;
  });
}

const total = ({ waves }: Findings, pick: (wave: Findings['waves'][number]) => number) =>
  waves.reduce((sum, wave) => sum + pick(wave), 0);

function targetsMet({ waves }: Findings): string | null {
  const judged = waves.flatMap(({ metrics }) => metrics.filter(({ status }) => status !== 'no_data'));
  const missed = waves.flatMap((wave) =>
    wave.metrics
      .filter(({ status }) => status === 'warning' || status === 'critical')
      .map(({ metric_name }) => `${metric_name} in ${waveName(wave)}`),
  );
  if (judged.length === 0) return null;
  return `${judged.length - missed.length} of ${judged.length} values meet their target${missed.length > 0 ? `; below: ${missed.join(', ')}` : ''}`;
}

const MERGE_TEST: TestName = 'test/store/inputs/load-dataset.test.ts › merges predictions and schedule into tasks';

export const FILES: readonly WrittenPromise[] = [
  {
    number: 45,
    words: 'A dry run goes through every part, and leaves every kind of record.',
    test: DRY_RUN_TEST,
    check: dryRunComplete,
  },
  {
    number: 46,
    words: 'Metrics and anomalies of all runs stay on record.',
    test: 'test/store/ledger/derive.test.ts › grow over runs, in the order of the commits',
    check: recorded('metrics and anomalies', (all) =>
      total(all, (wave) => wave.metrics.length + wave.anomalies.length),
    ),
  },
  {
    number: 47,
    words: 'Signals of all runs stay on record.',
    test: 'test/store/ledger/derive.test.ts › grow over runs, in the order of the commits',
    check: recorded('signals', (all) => total(all, (wave) => wave.signals.length)),
  },
  {
    number: 49,
    words: 'Metrics, anomalies and signals of phase 20 are read and used.',
    test: INPUTS_TEST,
    check: consumed(/^phase20\/metrics\.jsonl$/, /^phase20\/anomalies\.jsonl$/, /^phase20\/learning_signals\.jsonl$/),
  },
  {
    number: 50,
    words: 'Predictions of phase 20 are read where phase 20 writes them.',
    test: MERGE_TEST,
    check: consumed(/^phase20\/(?:wave_\d+\/[^/]+\/)?predicted_tasks\.jsonl$/),
  },
  {
    number: 51,
    words: 'Outcomes of phase 21 are read and taught to the model.',
    test: 'test/store/inputs/load-dataset.test.ts › joins outcomes with predictions, and counts what found nothing',
    check: consumed(/^phase21\/(?:wave_\d+\/[^/]+\/)?execution_outcomes\.jsonl$/),
  },
  {
    number: 52,
    words: 'Metrics of phase 21 are read and used.',
    test: INPUTS_TEST,
    check: consumed(/^phase21\/metrics\.jsonl$/),
  },
  {
    number: 53,
    words: 'Heuristics of phase 16 are read and applied.',
    test: 'test/domain/heuristics/apply.test.ts › applies the rules of the demo that have something in their scope, and asks a person about the fourth',
    check: consumed(/^phase16\/heuristics\.jsonl$/),
  },
  {
    number: 54,
    words: 'The summary of phase 18 is read and used.',
    test: 'test/store/inputs/load-dataset.test.ts › reads the multi-agent summary, and quarantines a broken document as line 1',
    check: consumed(/^phase18\/multi_agent_summary\.json$/),
  },
  {
    number: 55,
    words: 'metrics.jsonl and anomalies.jsonl are written.',
    test: LIVE_RUN_TEST,
    check: recorded('metrics', (all) => total(all, (wave) => wave.metrics.length)),
  },
  {
    number: 56,
    words: 'system_health.json and learning_signals.jsonl are written.',
    test: LIVE_RUN_TEST,
    check: recorded('waves with health and signals', (all) =>
      total(all, (wave) => (wave.status !== null && wave.signals.length > 0 ? 1 : 0)),
    ),
  },
  {
    number: 57,
    words: 'Tests of units and of whole runs come with the project, and every one named here exists.',
    test: 'test/scripts/verify/promises.test.ts › name tests that exist',
  },
  {
    number: 58,
    words: 'A run can be tried dry.',
    test: DRY_RUN_TEST,
    check: ({ dryRuns }) => {
      const [first] = dryRuns.keys();
      return first === undefined ? null : { kept: true, where: `phase22/dry_runs/${first}` };
    },
  },
  {
    number: 59,
    words: 'Every record fits its schema.',
    test: 'test/contracts/output-records.test.ts › are strict: a field more or less is refused',
    check: restsOn(['schema'], ({ waves, records }) => (waves.length === 0 ? null : `${records} record(s)`)),
  },
  {
    number: 60,
    words: 'All seven metrics of every wave are held against their targets.',
    test: 'test/domain/metrics/measure-wave.test.ts › measures a small wave in full',
    check: restsOn(['measures'], targetsMet),
  },
];
