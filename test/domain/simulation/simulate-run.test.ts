import assert from 'node:assert/strict';
import type { RunVariant, SimulateRunInput } from '../../../domain/simulation/simulate-run.ts';
import { natureModel, simulateRun } from '../../../domain/simulation/simulate-run.ts';
import { planStage } from '../../../domain/wave/plan-stage.ts';
import { demoInputs, demoRun } from '../../simulation/demo-run.ts';

describe('a simulated run with a part replaced', function () {
  this.timeout(60_000);
  let input: SimulateRunInput;
  const run = (variant?: RunVariant) => simulateRun({ ...input, ...(variant && { variant }) });
  const ends = (waves: ReturnType<typeof simulateRun>) => waves.map(({ simulated }) => simulated.facts.lastOutcomeAt);

  before(async () => {
    input = demoRun(await demoInputs({ waves: 2, tasks: 24, agents: 3 }));
  });

  it('is as live where nothing is', () => {
    const natures = (wave: number) => natureModel(input.natures, wave);
    assert.equal(JSON.stringify(run({ attempts: natures, plan: planStage })), JSON.stringify(run()));
  });

  it('takes the attempts of each wave as it is told', () => {
    const faster = input.natures.map((nature) => ({ ...nature, speed: 10 * nature.speed }));
    const waves = run({ attempts: (wave) => natureModel(wave === 2 ? faster : input.natures, wave) });
    const plain = run();
    assert.equal(ends(waves)[0], ends(plain)[0]);
    assert.ok(ends(waves)[1]! < ends(plain)[1]!);
  });

  it('plans with the estimates and parameters that it is given', () => {
    const waves = run({
      prepare: (tuned, { wave }) => {
        if (wave !== 1) return tuned;
        return {
          ...tuned,
          estimate: (task, agentId) => (agentId === 'agent_0' ? tuned.estimate(task, agentId) : null),
        };
      },
    });
    const agents = (index: number) => [...new Set(waves[index]!.simulated.lines.map((line) => line.agent_id))];
    assert.deepEqual(agents(0), ['agent_0']);
    assert.ok(agents(1).length > 1);
  });

  it('learns from what it is told, and dispatches by what happened', () => {
    const told: number[] = [];
    const waves = run({
      told: (lines, wave) => {
        told.push(wave);
        return lines.map((line) => ({ ...line, agent_id: 'agent_1' }));
      },
    });
    const plain = run();
    assert.deepEqual(told, [1, 2]);
    assert.equal(JSON.stringify(waves[0]!.simulated.lines), JSON.stringify(plain[0]!.simulated.lines));
    assert.deepEqual(
      waves[0]!.measured.attempts.map((attempt) => attempt.agent_id).filter((id) => id !== 'agent_1'),
      [],
    );
    assert.notDeepEqual(waves[0]!.measured.calibration, plain[0]!.measured.calibration);
  });
});
