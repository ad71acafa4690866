import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { BadInputError, problemText } from '../../contracts/bad-input.ts';
import type { Problem } from '../../contracts/bad-input.ts';
import { runInputJsonSchema } from '../../contracts/json-schema.ts';
import { parseRunInput } from '../../contracts/run-input.ts';
import { approverText } from '../../store/keys/key-file.ts';
import { APPROVER } from '../domain/gate/signing-key.ts';

/** No point of the curve has this for its y. */
const NO_POINT = `ed25519:${Buffer.from([2, ...Array<number>(31).fill(0)]).toString('base64')}`;

const keys = (count: number) =>
  Array.from({ length: count }, () => approverText(generateKeyPairSync('ed25519').privateKey, null));

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
        gate: { mediumNeedsApproval: false, approvalTimeoutMs: 86_400_000, approvers: [], notifyUrl: null },
        waveGate: { minHealth: 60, onUnhealthy: 'pause' },
        limits: { taskTimeoutMs: 600_000, maxAttempts: 6, maxFailures: null, maxCost: null },
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
    assert.deepEqual(config.gate, {
      mediumNeedsApproval: true,
      approvalTimeoutMs: 86_400_000,
      approvers: [],
      notifyUrl: null,
    });
    assert.deepEqual(config.limits, { taskTimeoutMs: 30_000, maxAttempts: 6, maxFailures: null, maxCost: null });
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
    const [target] = problemsOf({ targets: { speed: 1 } });
    assert.match(target?.expected ?? '', /no such key; known are success_rate, throughput/);
  });

  it('takes limits of failures and cost, above zero', () => {
    const { limits } = configOf({ limits: { maxFailures: 3, maxCost: 0.5 } });
    assert.deepEqual([limits.maxFailures, limits.maxCost], [3, 0.5]);
    for (const [key, wrong] of [
      ['maxFailures', 0],
      ['maxFailures', 1.5],
      ['maxCost', 0],
      ['maxCost', '9'],
    ] as const) {
      assert.equal(problemsOf({ limits: { [key]: wrong } })[0]?.field, `limits.${key}`);
    }
  });

  it('takes approvers with and without names, at least one and at most 20', () => {
    const approvers = [`${APPROVER} Zoë`, ...keys(19)];
    assert.deepEqual(configOf({ gate: { approvers } }).gate.approvers, approvers);
    for (const wrong of [[], [...approvers, ...keys(1)], {}, APPROVER]) {
      const problems = problemsOf({ gate: { approvers: wrong } });
      assert.deepEqual([problems.length, problems[0]?.field], [1, 'gate.approvers']);
      assert.match(problems[0]?.expected ?? '', /a list of 1 to 20 public keys/);
    }
  });

  it('names the approver that is no key, or is there twice', () => {
    for (const wrong of ['alice', 7, `${APPROVER} `, `${APPROVER} ${'x'.repeat(201)}`, NO_POINT]) {
      const problems = problemsOf({ gate: { approvers: [...keys(1), wrong] } });
      assert.deepEqual([problems.length, problems[0]?.field], [1, 'gate.approvers[1]']);
      assert.equal(problems[0]?.value.slice(0, 20), JSON.stringify(wrong).slice(0, 20));
      assert.match(problems[0]?.expected ?? '', /an Ed25519 public key as `npx wavewright keys` prints it/);
    }
    const twice = problemsOf({ gate: { approvers: [APPROVER, ...keys(1), `${APPROVER} Zoë`] } });
    assert.deepEqual(
      twice.map(({ field, expected }) => [field, expected]),
      [['gate.approvers[2]', 'another key: this is the one of gate.approvers[0]']],
    );
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

  it('takes an http or https URL to tell people at, without name and password', () => {
    for (const notifyUrl of ['https://hooks.example/a?b=c', 'http://127.0.0.1:8080']) {
      assert.equal(configOf({ gate: { notifyUrl } }).gate.notifyUrl, notifyUrl);
    }
    for (const [notifyUrl, expected] of [
      ['hooks.example', /an http or https URL/],
      ['ftp://hooks.example/', /an http or https URL/],
      ['https://me:word@hooks.example/', /without name and password/],
      [7, /an http or https URL/],
      [null, /an http or https URL/],
    ] as const) {
      const [problem, ...others] = problemsOf({ gate: { notifyUrl } });
      assert.deepEqual([problem?.field, problem?.value], ['gate.notifyUrl', JSON.stringify(notifyUrl)]);
      assert.match(problem?.expected ?? '', expected);
      assert.deepEqual(others, []);
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
