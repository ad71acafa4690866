/** Runs a case on the virtual clock and says what of the dispatch's promises did not hold. */
import type { StepResult } from '../../../domain/dispatch/rules-1/step.ts';
import type { DispatchEvent } from '../../../domain/dispatch/protocol.ts';
import type { DispatchState } from '../../../domain/dispatch/state.ts';
import type { RiskLevel } from '../../../domain/model/task.ts';
import type { SimulatedWave, SimulateWaveInput } from '../../../domain/simulation/simulate-wave.ts';
import { simulateWave } from '../../../domain/simulation/simulate-wave.ts';
import { ControlWatch } from '../../properties/control-watch.ts';
import { DispatchWatch } from '../../properties/dispatch-watch.ts';
import { LineWatch } from '../../properties/line-watch.ts';
import { ReplayWatch } from '../../properties/replay-watch.ts';
import { WAVE_CHECKS } from '../../properties/wave-checks.ts';
import type { Case, NumberedFault } from './case.ts';
import { drawCase } from './case.ts';
import type { Effects } from './effects.ts';
import { EffectWatch } from './effects.ts';
import { FaultPlayer } from './fault-player.ts';

export interface Violation {
  seed: number;
  /** Milliseconds after the wave's start on the virtual clock. */
  at_ms: number;
  /** The words without what differs from case to case. */
  kind: string;
  words: string;
}

export interface RunOptions {
  /** Rules other than the real ones, to see them found out. */
  step?: SimulateWaveInput['step'];
  observe?: (before: DispatchState, event: DispatchEvent, result: StepResult) => void;
}

export interface CaseResult {
  input: SimulateWaveInput;
  /** Those that came to pass. */
  faults: NumberedFault[];
  /** Null when it did not end. */
  wave: SimulatedWave | null;
  watch: DispatchWatch;
  attempts: number;
  effects: Effects;
  violations: Violation[];
}

const RISK_OF: Readonly<Record<string, RiskLevel>> = { g1: 'MEDIUM', g2: 'HIGH', g3: 'UNKNOWN' };

export function runCase(one: Case, { step, observe }: RunOptions = {}): CaseResult {
  const { input, faults } = drawCase(one);
  const player = new FaultPlayer(faults, input);
  const watch = new DispatchWatch(input.startAt);
  const lines = new LineWatch((agentId) => player.struck.has(agentId));
  const control = new ControlWatch((agentId) => player.struck.has(agentId));
  const replay = new ReplayWatch();
  const effects = new EffectWatch();
  const approvedAt = new Map<RiskLevel, number>();
  const violations: Violation[] = [];
  let now = input.startAt;
  let attempts = 0;

  const check = <T>(what: () => T): T | null => {
    try {
      return what();
    } catch (error) {
      const words = (error instanceof Error ? error.message : String(error)).split('\n')[0]!;
      violations.push({ seed: one.seed, at_ms: now - input.startAt, kind: words.replace(/\d+/g, '#'), words });
      return null;
    }
  };

  const wave = check(() =>
    simulateWave({
      ...input,
      model: player.slowed(input.model),
      disturbances: player.timed(),
      ...(step && { step }),
      observe: (before, event, result) => {
        now = event.at;
        observe?.(before, event, result);
        watch.observe(before, event, result);
        lines.observe(before, event, result);
        control.observe(before, event, result);
        replay.observe(before, event, result);
        effects.observe(before, event, result);
      },
      interference: {
        ...player.hooks,
        dies: (event) => {
          const death = player.hooks.dies(event);
          if (death?.before) effects.count.redone_steps += 1;
          return death;
        },
        delayMs: (command) => {
          const ms = player.hooks.delayMs(command);
          lines.issued(command, ms);
          return ms;
        },
        wrote: (chunk, line) => {
          attempts += 1;
          lines.wrote(chunk, line);
          control.wrote(chunk, line);
          return player.hooks.wrote(chunk, line);
        },
        arrivals: (seq) => effects.sent(seq, player.hooks.arrivals(seq)),
        arrived: (_seq, open) => {
          if (!open) effects.count.dropped_results += 1;
        },
        answered: (request, verdict, open) => {
          if (!open) effects.count.refused_answers += 1;
          const risk = RISK_OF[request.split('-').at(-1)!];
          if (open && verdict === 'approved' && risk) approvedAt.set(risk, now);
        },
      },
    }),
  );
  if (wave) {
    for (const holds of WAVE_CHECKS)
      check(() => holds({ input, wave, acceptedLines: watch.acceptedLines, approvedAt }));
    check(() => lines.checkEnd(wave.lines));
    check(() => replay.checkEnd(step));
  }
  effects.count.zombie_lines = lines.zombies.size;
  return {
    input,
    faults: faults.filter(({ number }) => player.occurred.has(number)),
    wave,
    watch,
    attempts,
    effects: effects.count,
    violations,
  };
}
