import assert from 'node:assert/strict';
import { BadInputError, problemText } from '../../contracts/bad-input.ts';
import type { Problem } from '../../contracts/bad-input.ts';
import { runInputJsonSchema } from '../../contracts/json-schema.ts';
import { parseRunInput } from '../../contracts/run-input.ts';

function problemsOf(value: unknown): Problem[] {
  const result = parseRunInput(value);
  assert.ok(!result.ok, `accepted ${JSON.stringify(value)}`);
  return result.problems;
}
function configOf(value: unknown) {
  const result = parseRunInput(value);
  assert.ok(result.ok, result.ok ? '' : result.problems.map(problemText).join('\n'));
  return result.config;
}

describe('run input', () => {
  it('has the defaults of the contract for {}, undefined and null', () => {
    for (const input of [{}, undefined, null]) {
      assert.deepEqual(configOf(input), {
        dataset: 'demo',
        waves: null,
        waveCount: null,
        tasksPerWave: 20,
        dryRun: true,
        strategy: 'auto',
        targets: {},
        gate: { mediumNeedsApproval: false, approvalTimeoutMs: 86_400_000 },
        waveGate: { minHealth: 60, onUnhealthy: 'pause' },
        limits: { taskTimeoutMs: 600_000, maxAttempts: 6 },
        tuning: 'on',
        seed: 22,
        rerun: false,
      });
    }
  });

  it('fills the rest of a group that is given in part', () => {
    const config = configOf({
      gate: { mediumNeedsApproval: true },
      limits: { taskTimeout: '30s' },
      waveGate: { minHealth: 0 },
    });
    assert.deepEqual(config.gate, { mediumNeedsApproval: true, approvalTimeoutMs: 86_400_000 });
    assert.deepEqual(config.limits, { taskTimeoutMs: 30_000, maxAttempts: 6 });
    assert.deepEqual(config.waveGate, { minHealth: 0, onUnhealthy: 'pause' });
  });

  it('reads waves as a number of waves or as a list, ascending', () => {
    assert.deepEqual([configOf({ waves: 3 }).waves, configOf({ waves: 3 }).waveCount], [null, 3]);
    assert.deepEqual([configOf({ waves: [10, 2] }).waves, configOf({ waves: [10, 2] }).waveCount], [[2, 10], null]);
    assert.equal(problemsOf({ waves: [2, 0] })[0]?.field, 'waves[1]');
    for (const waves of [0, -1, 1.5, [], [1, 1], '3', [1, 'x']]) {
      const [problem] = problemsOf({ waves });
      assert.equal(problem?.field, 'waves');
      assert.equal(problem?.value, JSON.stringify(waves));
      assert.match(problem?.expected ?? '', /a number of waves from 1, or a list of distinct wave numbers/);
    }
  });

  it('refuses unknown keys by name and lists the known ones', () => {
    const [problem] = problemsOf({ dryrun: false });
    assert.equal(problem?.field, 'dryrun');
    assert.equal(problem?.value, 'false');
    assert.match(problem?.expected ?? '', /no such key; known are dataset, waves, .*dryRun/);
    const [nested] = problemsOf({ limits: { maxRetries: 3 } });
    assert.equal(nested?.field, 'limits.maxRetries');
    assert.match(nested?.expected ?? '', /no such key; known are taskTimeout, maxAttempts/);
  });

  it('says of what the contract names and is not built that it is not supported yet', () => {
    const input = { gate: { approvers: ['k'], notifyUrl: 'http://h' }, limits: { maxFailures: 3, maxCost: 1 } };
    const problems = problemsOf(input);
    assert.deepEqual(problems.map(({ field }) => field).sort(), [
      'gate.approvers',
      'gate.notifyUrl',
      'limits.maxCost',
      'limits.maxFailures',
    ]);
    for (const { expected } of problems) assert.match(expected, /not supported yet/);
  });

  const bad: [string, unknown, RegExp][] = [
    ['dataset', '../x', /folder name that matches/],
    ['dataset', 'Demo', /folder name that matches/],
    ['dataset', '', /folder name that matches/],
    ['tasksPerWave', 0, /whole number from 1/],
    ['tasksPerWave', 2.5, /whole number from 1/],
    ['dryRun', 'false', /true or false/],
    ['strategy', 'fastest', /one of "auto", "maximize_success"/],
    ['tuning', 'off', /"on", "frozen"/],
    ['seed', 1.5, /whole number/],
    ['rerun', 1, /true or false/],
    ['gate', [], /an object/],
  ];
  for (const [field, value, expected] of bad) {
    it(`refuses ${field} ${JSON.stringify(value)}`, () => {
      const problems = problemsOf({ [field]: value });
      assert.equal(problems[0]?.field, field);
      assert.equal(problems[0]?.value, JSON.stringify(value));
      assert.match(problems[0]?.expected ?? '', expected);
    });
  }

  it('refuses targets of other names, and targets that are not above 0', () => {
    assert.deepEqual(configOf({ targets: { throughput: 100 } }).targets, { throughput: 100 });
    assert.equal(problemsOf({ targets: { speed: 1 } })[0]?.field, 'targets.speed');
    assert.equal(problemsOf({ targets: { throughput: 0 } })[0]?.field, 'targets.throughput');
    assert.equal(problemsOf({ targets: { throughput: Number.NaN } })[0]?.value, 'NaN');
  });

  it('keeps minHealth within 0 and 100', () => {
    assert.equal(configOf({ waveGate: { minHealth: 100 } }).waveGate.minHealth, 100);
    for (const minHealth of [-0.1, 100.1]) {
      assert.equal(problemsOf({ waveGate: { minHealth } })[0]?.field, 'waveGate.minHealth');
    }
  });

  it('refuses durations that are not durations', () => {
    for (const taskTimeout of ['10', '10 m', '1.5h', '0s', '9999h', 'm', 10]) {
      const problems = problemsOf({ limits: { taskTimeout } });
      assert.equal(problems.length, 1);
      assert.equal(problems[0]?.field, 'limits.taskTimeout');
      assert.match(problems[0]?.expected ?? '', /"500ms", "30s", "10m" or "24h"/);
    }
  });

  it('refuses what is not an object, naming what was found', () => {
    for (const value of [[], 'demo', 7, true]) {
      assert.deepEqual(problemsOf(value)[0]?.value, JSON.stringify(value));
      assert.equal(problemsOf(value)[0]?.field, 'input');
    }
  });

  it('reports every fault at once, each in a line of the error', () => {
    const error = new BadInputError(problemsOf({ dataset: 'X', seed: 'y', nope: 1 }));
    assert.deepEqual(
      error.message.split('\n').map((line) => line.split(':')[0]),
      ['dataset', 'seed', 'nope'],
    );
  });

  it('publishes the same keys as JSON Schema', () => {
    const schema = runInputJsonSchema();
    assert.deepEqual(Object.keys(schema.properties ?? {}).sort(), [
      'dataset',
      'dryRun',
      'gate',
      'limits',
      'rerun',
      'seed',
      'strategy',
      'targets',
      'tasksPerWave',
      'tuning',
      'waveGate',
      'waves',
    ]);
    assert.equal(schema.additionalProperties, false);
    assert.equal(schema.required, undefined);
  });
});
