import assert from 'node:assert/strict';
import { step } from '../../../domain/dispatch/rules-1/step.ts';
import type { SimulateWaveInput } from '../../../domain/simulation/simulate-wave.ts';
import type { Case } from './case.ts';
import { drawCase, flagsOf, wholeCase } from './case.ts';
import { parseOptions } from './options.ts';
import { runCase } from './run-case.ts';
import { shrink } from './shrink.ts';

type Step = NonNullable<SimulateWaveInput['step']>;

/** Rules that count a task too many whenever a lost chunk is settled. */
const miscounting: Step = (before, event) => {
  const result = step(before, event);
  if (event.type === 'chunkSettled') result.state.counts.dead += 1;
  return result;
};

/** Rules that forget to settle. */
const forgetful: Step = (before, event) => {
  const { commands, ...rest } = step(before, event);
  return { ...rest, commands: commands.filter(({ type }) => type !== 'settle') };
};

/** Rules that go on while people have paused. */
const deaf: Step = (before, event) => {
  if (event.type !== 'level' || !event.level.paused) return step(before, event);
  return step(before, { ...event, level: { ...event.level, paused: false } });
};

/** Rules that hold something that is in no state. */
function forgettingOnReplay(): Step {
  let calls = 0;
  return (before, event) => {
    const result = step(before, event);
    if (event.type === 'chunkLost') result.state.nextRebalanceAt += calls++;
    return result;
  };
}

function firstFailing(rules: () => Step): { one: Case; kind: string } {
  for (let seed = 1; seed <= 300; seed++) {
    const [violation] = runCase(wholeCase(seed), { step: rules() }).violations;
    if (violation) return { one: wholeCase(seed), kind: violation.kind };
  }
  throw new Error('no seed found the broken rules out');
}

describe('campaign: broken rules are found out and made small', function () {
  this.timeout(60_000);
  const broken: [string, () => Step, RegExp][] = [
    ['a miscount', () => miscounting, /^counted completed/],
    ['a forgotten command', () => forgetful, /^chunk # waits for settling that nobody does$/],
    ['a pause that was not heard', () => deaf, /^paused true was not heard$/],
    ['a replay that differs', forgettingOnReplay, /gives other bytes on replay$/],
  ];
  for (const [what, rules, words] of broken) {
    it(`${what} shrinks to a fault or two and few tasks, and its flags repeat it`, () => {
      const { one, kind } = firstFailing(rules);
      assert.match(kind, words);
      const shows = (smaller: Case) =>
        runCase(smaller, { step: rules() }).violations.some((violation) => violation.kind === kind);
      const least = shrink(one, shows);
      const kept = least.keep?.length ?? 0;
      assert.ok(kept === 1 || kept === 2, `keeps the faults ${least.keep?.join()}`);
      assert.ok(least.tasks! <= 5 && least.agents!.length === 1, flagsOf(least));
      const { faults, input } = drawCase(least);
      assert.equal(faults.length, kept);
      assert.equal(input.tasks.length, least.tasks);
      const options = parseOptions(flagsOf(least).split(' '));
      assert.deepEqual(options, { what: 'case', one: least, json: false });
      assert.ok(shows(least));
      assert.deepEqual(runCase(least).violations, [], 'the real rules hold in the same case');
    });
  }

  it('makes nothing smaller than the violation needs', () => {
    const needs = ({ keep, tasks, agents }: Case) =>
      keep?.includes(1) !== false && (tasks === null || tasks >= 3) && agents?.includes(0) !== false;
    const seed = Array.from({ length: 300 }, (_, index) => index + 1).find((candidate) => {
      const { faults, input } = drawCase(wholeCase(candidate));
      return faults.length >= 3 && input.tasks.length >= 9 && input.settings.agents.length >= 2;
    });
    assert.deepEqual(shrink(wholeCase(seed!), needs), { seed, keep: [1], tasks: 3, agents: [0] });
  });
});
