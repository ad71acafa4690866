import assert from 'node:assert/strict';
import { openMs, pacePermille } from '../../../../domain/dispatch/rules-1/projection.ts';
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

describe('openMs', () => {
  /** Two slots, tasks of a second each: four of them and then three in open chunks. */
  function driver() {
    return planned({ a: 16 }, { agents: [plannedAgent('a', { parallel: 2 })] });
  }
  const ms = ({ state }: ReturnType<typeof driver>, at: number) => openMs(state, state.agents[0]!, at);

  it('is what is left of the open chunks, shared by the slots', () => {
    const one = driver();
    const { at } = one;
    assert.equal(ms(one, at), 3_500);
    assert.equal(ms(one, at + 1_000), 2_500);
  });

  it('counts what the slots did beside the chunks that were reported', () => {
    const full = driver();
    full.finish(1, {}, 2_000);
    assert.equal(ms(full, full.at), 3_000);
    const early = driver();
    early.finish(1, { observedMs: 4_000, predictedMs: 4_000, workedMs: 3_400 }, 2_000);
    assert.equal(ms(early, early.at), 2_700, 'a slot has begun with the next chunk');
  });

  it('is no shorter for slots that stood idle beside a long task, once new work comes', () => {
    // Two slots, one of them at a task of five minutes, the other idle: what comes last has hardly begun.
    const one = driver();
    one.finish(2, { observedMs: 3_000, predictedMs: 3_000, workedMs: 3_000 }, 2_000);
    const { at } = one;
    assert.ok(ms(one, at + 1) >= 1_400, `${ms(one, at + 1)}`);
  });

  it('forgets idle time with each report', () => {
    const one = driver();
    // Half of the slots' time is used: what is open has the work of its own two seconds at most.
    for (let seq = 1; one.state.open.some((chunk) => chunk.seq === seq); seq++) {
      one.finish(seq, { workedMs: 2_000 }, 2_000);
      const rows = one.state.open.reduce((sum, { from, to }) => sum + to - from, 0);
      assert.ok(ms(one, one.at) >= (rows * 1_000 - 4_000) / 2 - 1_000, `${seq}: ${ms(one, one.at)} for ${rows} rows`);
    }
  });

  it('begins anew after the agent was idle', () => {
    const agents = [plannedAgent('a', { parallel: 2 })];
    const one = planned({ a: 2 }, { agents, requests: [{ request: 'w1-g2', expiresAt: 99_000 }] });
    one.finish(1, {}, 1_000);
    assert.equal(ms(one, one.at), 0);
    one.send({ type: 'answered', request: 'w1-g2' }, 30_000);
    one.planned({ a: 2 }, { agents, released: 4 });
    assert.equal(ms(one, one.at), 1_000);
  });
});
