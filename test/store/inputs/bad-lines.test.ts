import assert from 'node:assert/strict';
import { loadDataset } from '../../../store/inputs/load-dataset.ts';
import { DatasetFixture, GOOD_ROWS } from './dataset-fixture.ts';

/** The same row with one field out of its rule; per file, since each has other rules. */
const OUT_OF_RANGE: Record<string, Record<string, unknown>> = {
  'phase20/predicted_tasks.jsonl': { predicted_success_probability: 7.0 },
  'phase20/predicted_schedule.jsonl': { wave: 0 },
  'phase20/metrics.jsonl': { value: null },
  'phase20/anomalies.jsonl': { affected_waves: [0] },
  'phase20/learning_signals.jsonl': { confidence: 7.0 },
  'phase21/execution_outcomes.jsonl': { attempts: 0 },
  'phase21/metrics.jsonl': { wave: 0 },
  'phase21/wave_1/learning_signals.jsonl': { content: { agent_id: '../x' } },
  'phase16/heuristics.jsonl': { confidence: 7.0 },
  'phase16/phase22_ack.jsonl': { status: 'maybe' },
};
const TEXT_FOR_NUMBER: Record<string, Record<string, unknown>> = {
  'phase20/predicted_tasks.jsonl': { priority: 'high' },
  'phase20/predicted_schedule.jsonl': { priority: 'high' },
  'phase20/metrics.jsonl': { value: '0.78' },
  'phase20/anomalies.jsonl': { affected_waves: ['2'] },
  'phase20/learning_signals.jsonl': { confidence: '0.8' },
  'phase21/execution_outcomes.jsonl': { execution_time_ms: '31' },
  'phase21/metrics.jsonl': { value: '0.15' },
  'phase21/wave_1/learning_signals.jsonl': { wave: '1' },
  'phase16/heuristics.jsonl': { confidence: '0.85' },
  'phase16/phase22_ack.jsonl': { signal_id: 5 },
};

describe('bad input lines', () => {
  for (const [file, row] of Object.entries(GOOD_ROWS)) {
    const good = JSON.stringify(row);
    const firstNumber = JSON.stringify({ ...row, extra: 0 });
    const malformed: [string, string | Buffer][] = [
      ['a torn line', good.slice(0, -5)],
      ['NaN', firstNumber.replace('"extra":0', '"extra":NaN')],
      ['Infinity', firstNumber.replace('"extra":0', '"extra":-Infinity')],
      ['a list', `[${good}]`],
      ['text', '"x"'],
      ['null', 'null'],
      ['no JSON', 'task_1,agent_0,0.8'],
      ['a line over 1 MB', JSON.stringify({ ...row, extra: 'x'.repeat(1_000_000) })],
      ['invalid UTF-8', Buffer.concat([Buffer.from('{"extra":"'), Buffer.from([0xc3, 0x28]), Buffer.from('"}')])],
      ['a value out of range', JSON.stringify({ ...row, ...OUT_OF_RANGE[file] })],
      ['text for a number', JSON.stringify({ ...row, ...TEXT_FOR_NUMBER[file] })],
    ];

    describe(file, () => {
      let dataset: DatasetFixture;
      beforeEach(() => {
        dataset = new DatasetFixture();
      });
      afterEach(() => dataset.remove());

      const load = async (content: Buffer) => {
        dataset.write(file, content);
        const inputs = await loadDataset(dataset.root);
        const facts = inputs.facts.files.find(({ path }) => path === file);
        return { quarantine: inputs.quarantine, facts };
      };

      it('reads BOM, CRLF, blank lines and a missing last newline', async () => {
        const { quarantine, facts } = await load(Buffer.from(`\uFEFF${good}\r\n\r\n  \n${good}`));
        assert.deepEqual(quarantine, []);
        assert.deepEqual(facts, { path: file, present: true, records: 2, rejected: 0 });
      });

      it('reports a torn last line', async () => {
        const { quarantine, facts } = await load(Buffer.from(`${good}\n${good.slice(0, 20)}`));
        assert.deepEqual(quarantine, [{ file, line: 2, reason: 'not JSON, or cut off', raw: good.slice(0, 20) }]);
        assert.deepEqual(facts, { path: file, present: true, records: 1, rejected: 1 });
      });

      for (const [what, bad] of malformed) {
        it(`puts ${what} in quarantine and uses the rest`, async () => {
          const content = Buffer.concat([Buffer.from(`${good}\n`), Buffer.from(bad), Buffer.from(`\n${good}\n`)]);
          const { quarantine, facts } = await load(content);
          assert.deepEqual(facts, { path: file, present: true, records: 2, rejected: 1 });
          assert.deepEqual(
            quarantine.map((entry) => [entry.file, entry.line]),
            [[file, 2]],
          );
          assert.equal(quarantine[0]?.raw, Buffer.from(bad).subarray(0, 500).toString('utf8'));
        });
      }
    });
  }
});
