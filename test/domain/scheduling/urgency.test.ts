import assert from 'node:assert/strict';
import { seededRandom } from '../../../domain/model/random.ts';
import { denseTimes } from '../../../domain/scheduling/expected-times.ts';
import { emptyAssignment, latest, onLanes } from '../../../domain/scheduling/lanes.ts';
import { listSchedule } from '../../../domain/scheduling/list-schedule.ts';
import { urgentFirst, weightedCompletionMs } from '../../../domain/scheduling/urgency.ts';

describe('urgentFirst', () => {
  it('parts urgent tasks over lanes, so that they end first', () => {
    // Both urgent tasks on one lane: the second would end at 20; parted, both end at 10.
    const times = denseTimes(4, 1, new Float64Array(4).fill(10));
    const lanes = { agentOf: [0, 0], freeAt: [0, 0] };
    const assignment = onLanes(times, lanes, Int32Array.from([0, 0, 1, 1]));
    urgentFirst(times, lanes, assignment, [1, 1, 5, 5], 1000);
    assert.notEqual(assignment.laneOf[0], assignment.laneOf[1]);
    assert.deepEqual([...assignment.finish], [20, 20]);
  });

  it('lowers weighted completion, never ends later, and keeps finish times true', () => {
    let gained = 0;
    for (let seed = 0; seed < 40; seed++) {
      const random = seededRandom('urgency', seed);
      const times = denseTimes(
        24,
        3,
        Float64Array.from({ length: 72 }, () => (random() < 0.1 ? Infinity : 5 + Math.floor(60 * random()))),
      );
      for (let task = 0; task < 24; task++) times.rate[task * 3] = Math.min(90, times.rate[task * 3]!);
      const rank = Array.from({ length: 24 }, (_, task) => (task < 2 ? task : Math.floor(3 * random())));
      const lanes = { agentOf: [0, 1, 1, 2], freeAt: [0, 10, 0, 30] };
      const before = emptyAssignment(24, lanes);
      listSchedule(times, lanes, before);
      const after = { laneOf: before.laneOf.slice(), finish: before.finish.slice() };
      urgentFirst(
        times,
        lanes,
        after,
        rank.map((level) => level * 10),
        100_000,
      );
      assert.ok(latest(after.finish) <= latest(before.finish));
      const anew = onLanes(times, lanes, after.laneOf);
      anew.finish.forEach((ms, lane) => assert.ok(Math.abs(ms - after.finish[lane]!) < 1e-6));
      const [was, is] = [before, after].map((each) => weightedCompletionMs(times, lanes, each, rank));
      assert.ok(is! <= was! * (1 + 1e-9), `${was} → ${is}`);
      if (is! < 0.99 * was!) gained += 1;
    }
    assert.ok(gained > 10, `${gained} of 40 gained more than 1 %`);
  });

  it('does nothing where all are alike', () => {
    const times = denseTimes(2, 1, Float64Array.from([10, 10]));
    const assignment = onLanes(times, { agentOf: [0, 0], freeAt: [0, 0] }, Int32Array.from([0, 0]));
    urgentFirst(times, { agentOf: [0, 0], freeAt: [0, 0] }, assignment, [3, 3], 1000);
    assert.deepEqual([...assignment.laneOf], [0, 0]);
  });
});
