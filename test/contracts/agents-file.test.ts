import assert from 'node:assert/strict';
import { parseAgentsFile } from '../../contracts/agents-file.ts';

function problemsOf(value: unknown) {
  const result = parseAgentsFile(value);
  assert.ok(!result.ok);
  return result.problems;
}

describe('agents file', () => {
  it('fills in the defaults of simulated and command', () => {
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
      notify: { allowPrivate: false },
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

  it('fills in the defaults of http and module', () => {
    const common = { slots: 4, capabilities: [], idempotent: false };
    const result = parseAgentsFile({
      allowedHosts: ['Agents.example'],
      agents: [
        { agent_id: 'a', kind: 'http', url: 'https://agents.example/run' },
        { agent_id: 'b', kind: 'module', path: 'agents/b.ts' },
      ],
    });
    assert.ok(result.ok);
    assert.deepEqual(result.file.agents, [
      { agent_id: 'a', kind: 'http', ...common, url: 'https://agents.example/run', headers: {}, allowPrivate: false },
      { agent_id: 'b', kind: 'module', ...common, path: 'agents/b.ts', export: 'execute' },
    ]);
  });

  it('names the kinds there are where the kind is another', () => {
    const [problem] = problemsOf({ agents: [{ agent_id: 'a', kind: 'smtp' }] });
    assert.match(problem?.field ?? '', /^agents\[0\]/);
    assert.match(problem?.expected ?? '', /"simulated", "command", "http" or "module"/);
  });

  it('refuses a url whose host and port the list does not name', () => {
    const urlProblems = (url: string, allowedHosts: string[]) => {
      const result = parseAgentsFile({ allowedHosts, agents: [{ agent_id: 'a', kind: 'http', url }] });
      return result.ok ? [] : result.problems;
    };
    for (const [url, host] of [
      ['https://a.example/x', 'a.example'],
      ['https://A.EXAMPLE', 'a.example:443'],
      ['http://a.example:80/', 'a.example'],
      ['https://a.example:8443/', 'a.example:8443'],
      ['http://127.1:8080/', '127.0.0.1:8080'],
      ['http://[0:0::1]:8080/', '[::1]:8080'],
    ] as const) {
      assert.deepEqual(urlProblems(url, ['other.example', host]), [], url);
    }
    for (const [url, host] of [
      ['https://a.example:8443/', 'a.example'],
      ['https://a.example/', 'a.example:8443'],
      ['http://a.example/', 'a.example:443'],
      ['https://b.a.example/', 'a.example'],
      ['https://a.example.evil.example/', 'a.example'],
      ['https://a.example@evil.example/', 'a.example'],
      ['https://me:secret@a.example/', 'a.example'],
      ['ftp://a.example/', 'a.example'],
      ['a.example', 'a.example'],
    ] as const) {
      assert.deepEqual(
        urlProblems(url, [host]).map(({ field }) => field),
        ['agents[0].url'],
        url,
      );
    }
    assert.deepEqual(urlProblems('https://a.example/', []), [
      {
        field: 'agents[0].url',
        value: '"https://a.example/"',
        expected: 'a host on allowedHosts, which is empty; add "a.example" there if it may be called',
      },
    ]);
  });

  it('refuses hosts that are none: wildcards, URLs, paths, credentials', () => {
    for (const host of [
      '*',
      '*.example',
      'https://a.example',
      'a.example/',
      'a.example/x',
      'me@a.example',
      '',
      'a b',
    ]) {
      const fields = problemsOf({ allowedHosts: [host], agents: [{ agent_id: 'a', kind: 'simulated' }] });
      assert.deepEqual(
        fields.map(({ field }) => field),
        ['allowedHosts[0]'],
        host,
      );
    }
  });

  it('takes values and names of variables for environment and headers, and nothing else', () => {
    const fleet = (env: unknown, headers: unknown) => ({
      allowedHosts: ['a.example'],
      agents: [
        { agent_id: 'a', kind: 'command', program: 'node', env },
        { agent_id: 'b', kind: 'http', url: 'https://a.example/', headers },
      ],
    });
    const values = { PLAIN: 'text', PASSED: { env: 'TOKEN' } };
    assert.ok(parseAgentsFile(fleet(values, { 'X-Plain': 'text', Authorization: { env: 'TOKEN' } })).ok);
    const fields = (env: unknown, headers: unknown) => problemsOf(fleet(env, headers)).map(({ field }) => field);
    assert.deepEqual(fields({ A: 1 }, {}), ['agents[0].env.A']);
    assert.deepEqual(fields({ A: { env: 'NO-NAME' } }, {}), ['agents[0].env.A.env']);
    assert.deepEqual(fields({ 'NO-NAME': 'x' }, {}), ['agents[0].env.NO-NAME']);
    for (const name of ['Host', 'idempotency-key', 'Content-Length', 'no name']) {
      assert.deepEqual(fields({}, { [name]: 'x' }), [`agents[1].headers.${name}`]);
    }
  });

  it('takes whether notifications may go to private addresses, and nothing else about them', () => {
    const agents = [{ agent_id: 'a', kind: 'simulated' }];
    const result = parseAgentsFile({ agents, notify: { allowPrivate: true } });
    assert.deepEqual(result.ok && result.file.notify, { allowPrivate: true });
    for (const [notify, field] of [
      [{ allowPrivate: 'yes' }, 'notify.allowPrivate'],
      [{ allowprivate: true }, 'notify.allowprivate'],
      [true, 'notify'],
    ] as const) {
      assert.deepEqual(
        problemsOf({ agents, notify }).map((problem) => problem.field),
        [field],
      );
    }
  });

  it('refuses a module path that is not plainly below the dataset', () => {
    for (const path of ['', '/agent.ts', '../agent.ts', 'a/../../b.ts', './a.ts', 'a//b.ts', 'a\\b.ts', 'file:a.ts']) {
      const fields = problemsOf({ agents: [{ agent_id: 'a', kind: 'module', path }] }).map(({ field }) => field);
      assert.deepEqual(fields, ['agents[0].path'], path);
    }
  });

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
