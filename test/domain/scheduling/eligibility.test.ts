import assert from 'node:assert/strict';
import { candidatesFor } from '../../../domain/scheduling/eligibility.ts';
import type { PendingTask, PlanningAgent } from '../../../domain/scheduling/plan-wave.ts';
import { pendingTask, planInput, planningAgent } from './plan-fixture.ts';

/** Who may take the task, and how often it may be tried there; all of them predicted it. */
function placesFor(pending: PendingTask, agents: PlanningAgent[], maxAttempts = 6): Record<string, number> {
  const times = { t: Object.fromEntries(agents.map(({ agent }) => [agent.agent_id, 10])) };
  const found = candidatesFor(planInput([pending], agents, times, { maxAttempts }), pending);
  assert.ok(typeof found !== 'string', JSON.stringify(found));
  return Object.fromEntries(found.map(({ agent, attemptsLeft }) => [agents[agent]!.agent.agent_id, attemptsLeft]));
}

describe('candidates for a task', () => {
  const sound = planningAgent('a');
  const failing = planningAgent('b', { failing: true });
  const other = planningAgent('c');

  it('are agents that fail too, while the task has not failed', () => {
    assert.deepEqual(placesFor(pendingTask('t'), [sound, failing]), { a: 3, b: 3 });
  });

  it('are not those that fail, once it has failed', () => {
    assert.deepEqual(
      placesFor(pendingTask('t', { attempts_used: 1, attempts_on: { c: 1 } }), [sound, failing, other]),
      {
        a: 3,
        c: 2,
      },
    );
  });

  it('are those that fail where there is no other', () => {
    assert.deepEqual(placesFor(pendingTask('t', { attempts_used: 1, attempts_on: { b: 1 } }), [failing]), { b: 2 });
  });

  it('may try once each of the last third, and are those that have not tried', () => {
    const tried = pendingTask('t', { attempts_used: 4, attempts_on: { a: 2, c: 2 } });
    assert.deepEqual(placesFor(tried, [sound, other, planningAgent('d')]), { d: 1 });
    assert.deepEqual(placesFor(tried, [sound, other]), { a: 1, c: 1 });
  });

  it('may use up all attempts of a run that allows few', () => {
    assert.deepEqual(placesFor(pendingTask('t'), [sound], 2), { a: 2 });
    assert.deepEqual(placesFor(pendingTask('t'), [sound], 1), { a: 1 });
  });
});
