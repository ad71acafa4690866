import assert from 'node:assert/strict';
import { responsibleAgents, responsibleRiskLevels } from '../../../domain/anomalies/responsible.ts';
import { attempt, RELEASE } from '../metrics/wave-fixture.ts';

const failed = (agent_id: string, final = true) => attempt({ agent_id, status: 'failed', final });

describe('responsibleAgents', () => {
  it('blames high_failure on final attempts that did not complete, most first, ties by id', () => {
    const attempts = [
      attempt({ agent_id: 'fine' }),
      failed('retried', false),
      failed('b'),
      failed('a'),
      failed('worst'),
      attempt({ agent_id: 'worst', status: 'cancelled' }),
    ];
    assert.deepEqual(responsibleAgents('high_failure', attempts), ['worst', 'a', 'b']);
  });

  it('weighs failures by the work: more than its part, not most', () => {
    const ok = (agent_id: string, count: number) => Array.from({ length: count }, () => attempt({ agent_id }));
    const attempts = [...ok('busy', 48), failed('busy'), failed('busy'), ok('poor', 2), failed('poor')].flat();
    assert.deepEqual(responsibleAgents('high_failure', attempts), ['poor']);
    assert.deepEqual(responsibleAgents('high_failure', [failed('alone'), attempt({ agent_id: 'alone' })]), ['alone']);
  });

  it('names three agents at most', () => {
    assert.equal(
      responsibleAgents(
        'high_failure',
        ['a', 'b', 'c', 'd'].flatMap((id) => [failed(id), attempt({ agent_id: 'fine' })]),
      ).length,
      3,
    );
  });

  it('blames confidence_drop on those that fell furthest, and on nobody whose confidence rose', () => {
    const attempts = [
      attempt({ agent_id: 'up', confidence_after: 0.9 }),
      attempt({ agent_id: 'down', confidence_after: 0.7 }),
      attempt({ agent_id: 'far', confidence_after: 0.2 }),
      attempt({ agent_id: 'same' }),
    ];
    assert.deepEqual(responsibleAgents('confidence_drop', attempts), ['far']);
  });

  it('blames schedule_drift on the agents that ended last', () => {
    const ended = (agent_id: string, ms: number) => attempt({ agent_id, finished_at: RELEASE + ms });
    const attempts = [ended('early', 1000), ended('late', 8000), ended('latest', 9000), ended('latest', 100)];
    assert.deepEqual(responsibleAgents('schedule_drift', attempts), ['latest', 'late']);
  });

  it('blames excessive_retries on the time lost to failed attempts, not on slowness', () => {
    const attempts = [
      attempt({ agent_id: 'slow', finished_at: RELEASE + 30_000 }),
      attempt({ agent_id: 'retries', status: 'failed', final: false, finished_at: RELEASE + 3000 }),
      attempt({ agent_id: 'retries', attempt: 2 }),
      failed('hopeless'),
    ];
    assert.deepEqual(responsibleAgents('excessive_retries', attempts), ['hopeless', 'retries']);
  });

  it('blames nobody where all are alike, and no short failure for want of pace', () => {
    const halves = ['a', 'b', 'c', 'd'].flatMap((id) => [failed(id), attempt({ agent_id: id })]);
    assert.deepEqual(responsibleAgents('high_failure', halves), []);
    const attempts = [
      attempt({ agent_id: 'blip', status: 'failed', final: false, finished_at: RELEASE + 1 }),
      attempt({ agent_id: 'blip', attempt: 2, finished_at: RELEASE + 100 }),
      attempt({ agent_id: 'slow', finished_at: RELEASE + 60_000 }),
    ];
    assert.deepEqual(responsibleAgents('excessive_retries', attempts), ['slow']);
  });

  it('blames it on the time per task where no attempt failed', () => {
    const attempts = [
      attempt({ agent_id: 'fast', finished_at: RELEASE + 100 }),
      attempt({ agent_id: 'slow', finished_at: RELEASE + 30_000 }),
    ];
    assert.deepEqual(responsibleAgents('excessive_retries', attempts), ['slow']);
  });

  it('blames optimization_failure on nobody, and nothing on nobody', () => {
    assert.deepEqual(responsibleAgents('optimization_failure', [failed('a')]), []);
    assert.deepEqual(responsibleAgents('schedule_drift', []), []);
  });
});

describe('responsibleRiskLevels', () => {
  it('blames the levels as it does the agents, but for the end of the schedule', () => {
    const attempts = [
      attempt({ risk_level: 'LOW' }),
      attempt({ risk_level: 'HIGH', status: 'failed' }),
      attempt({ risk_level: 'HIGH', status: 'failed' }),
      attempt({ risk_level: 'MEDIUM', status: 'failed' }),
    ];
    assert.deepEqual(responsibleRiskLevels('high_failure', attempts), ['HIGH', 'MEDIUM']);
    assert.deepEqual(responsibleRiskLevels('schedule_drift', attempts), []);
  });

  it('names none where there is one level, or all fail alike', () => {
    assert.deepEqual(responsibleRiskLevels('high_failure', [failed('a'), attempt({})]), []);
    const alike = (['LOW', 'HIGH'] as const).flatMap((risk_level) => [
      attempt({ risk_level }),
      attempt({ risk_level, status: 'failed' }),
    ]);
    assert.deepEqual(responsibleRiskLevels('high_failure', alike), []);
  });
});
