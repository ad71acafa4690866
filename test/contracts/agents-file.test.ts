import assert from 'node:assert/strict';
import { parseAgentsFile } from '../../contracts/agents-file.ts';

function problemsOf(value: unknown) {
  const result = parseAgentsFile(value);
  assert.ok(!result.ok);
  return result.problems;
}

describe('agents file', () => {
  it('fills in the defaults of both kinds', () => {
    const result = parseAgentsFile({
      agents: [
        { agent_id: 'a', kind: 'simulated' },
        { agent_id: 'b', kind: 'command', program: 'node' },
      ],
    });
    assert.ok(result.ok);
    assert.deepEqual(result.file, {
      executionTimeUnit: 'ms',
      targets: {},
      allowedHosts: [],
      agents: [
        {
          kind: 'simulated',
          agent_id: 'a',
          slots: 4,
          capabilities: [],
          idempotent: false,
          seed: 22,
          speed: 1,
          reliability: 1,
          drift: 0,
          outages: [],
        },
        {
          kind: 'command',
          agent_id: 'b',
          slots: 4,
          capabilities: [],
          idempotent: false,
          program: 'node',
          args: [],
          env: {},
        },
      ],
    });
  });

  for (const kind of ['http', 'module']) {
    it(`says that ${kind} is not supported yet`, () => {
      const problems = problemsOf({ agents: [{ agent_id: 'a', kind }] });
      assert.match(problems[0]?.field ?? '', /^agents\[0\]/);
      assert.match(problems[0]?.expected ?? '', new RegExp(`"${kind}" is not supported yet`));
    });
  }

  it('refuses a second agent of the same id, at its place', () => {
    const agent = { agent_id: 'a', kind: 'simulated' };
    assert.deepEqual(problemsOf({ agents: [agent, { ...agent, agent_id: 'b' }, agent] }), [
      { field: 'agents[2].agent_id', value: '"a"', expected: 'an agent_id that no agent above has' },
    ]);
  });

  it('takes slots from 1 to 64', () => {
    for (const slots of [1, 64])
      assert.ok(parseAgentsFile({ agents: [{ agent_id: 'a', kind: 'simulated', slots }] }).ok);
    for (const slots of [0, 65, 2.5]) {
      const [problem] = problemsOf({ agents: [{ agent_id: 'a', kind: 'simulated', slots }] });
      assert.deepEqual([problem?.field, problem?.value], ['agents[0].slots', String(slots)]);
    }
  });

  it('refuses ids that cannot be folders, empty fleets, unknown keys and outages that end before they start', () => {
    assert.equal(problemsOf({ agents: [{ agent_id: '../x', kind: 'simulated' }] })[0]?.field, 'agents[0].agent_id');
    assert.equal(problemsOf({ agents: [] })[0]?.field, 'agents');
    assert.equal(problemsOf({})[0]?.field, 'agents');
    assert.equal(problemsOf([])[0]?.field, 'input');
    assert.equal(problemsOf({ agents: [null] })[0]?.field, 'agents[0]');
    const agent = { agent_id: 'a', kind: 'simulated' };
    assert.equal(problemsOf({ agents: [{ ...agent, slot: 1 }] })[0]?.field, 'agents[0].slot');
    assert.equal(
      problemsOf({ agents: [{ ...agent, outages: [{ from_ms: 5, to_ms: 5 }] }] })[0]?.field,
      'agents[0].outages[0]',
    );
  });
});
