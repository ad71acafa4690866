import assert from 'node:assert/strict';
import { pacePermille } from '../../../../domain/dispatch/rules-1/projection.ts';
import { planned, plannedAgent } from '../dispatch-driver.ts';

describe('pacePermille', () => {
  /** After a first chunk of four tasks that took so many times as long as predicted. */
  function pace(paceTasks: number, times: number): number {
    const driver = planned({ a: 16 }, { agents: [plannedAgent('a', { parallel: 4, paceTasks })] });
    driver.finish(1, { observedMs: 4_000 * times, predictedMs: 4_000 });
    return pacePermille(driver.state, driver.state.agents[0]!, driver.state.agents[0]!.reportedAt!);
  }

  it('is what was predicted until a task has completed', () => {
    const { state } = planned({ a: 16 });
    assert.equal(pacePermille(state, state.agents[0]!, state.firstDispatchAt!), 1_000);
  });

  it('follows this wave the less the more was known before it', () => {
    assert.equal(pace(1, 2), 1_800);
    assert.equal(pace(4, 2), 1_500);
    assert.equal(pace(8, 2), 1_333);
  });

  it('stays within a quarter and eight times', () => {
    assert.equal(pace(1, 100), 8_000);
    assert.equal(pace(1, 0), 250);
  });
});
