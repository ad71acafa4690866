/** Runs of generated datasets on the virtual clock, with the example's upstream between waves and between runs. */
import { seededRandom } from '../../domain/model/random.ts';
import type { MetricName } from '../../domain/model/targets.ts';
import type { Prediction } from '../../domain/model/task.ts';
import type { SimulatedRunWave, SimulateRunInput } from '../../domain/simulation/simulate-run.ts';
import { simulateRun } from '../../domain/simulation/simulate-run.ts';
import type { WaveContext } from '../../domain/wave/context.ts';
import {
  blankMemory,
  corrected,
  learn,
  type Memory,
  PHASES,
  type Signal,
} from '../../examples/closed-loop/corrections.ts';

/** `none`: the loop is open. `shuffled`: upstream is told the truth of other agents. */
export type Feedback = 'none' | 'true' | 'shuffled';

/** The run with upstream at work between its waves. */
export function runClosed(input: SimulateRunInput, feedback: Feedback): { waves: SimulatedRunWave[]; memory: Memory } {
  let memory = blankMemory();
  const tell = feedback === 'shuffled' ? shuffled(input.context) : (signal: Signal) => signal;
  const reread = (context: WaveContext, done: readonly SimulatedRunWave[]): WaveContext => {
    memory = learn(
      memory,
      done.at(-1)!.signals.map((signal) => tell(signal as unknown as Signal)),
    );
    return readAgain(input.context, context, memory);
  };
  const waves = simulateRun(feedback === 'none' ? input : { ...input, variant: { ...input.variant, reread } });
  if (feedback !== 'none')
    memory = learn(
      memory,
      waves.at(-1)!.signals.map((one) => tell(one as unknown as Signal)),
    );
  return { waves, memory };
}

/** The files as they are after upstream has written its memory into them. */
export function readAgain(first: WaveContext, context: WaveContext, memory: Memory): WaveContext {
  const predict = (row: Prediction): Prediction => {
    const declared = { time: row.execution_time_ms, success: row.success_probability };
    const { time, success } = corrected(declared, memory.corrections[row.agent_id ?? '']);
    return { ...row, execution_time_ms: time, success_probability: success };
  };
  return {
    ...context,
    declared: first.declared.map(predict),
    adjusted: first.adjusted.map(predict),
    acknowledgements: PHASES.flatMap((phase) =>
      memory.consumed[phase].map(({ signal_id, status }) => ({ phase, signal_id, status })),
    ),
  };
}

/** What is said of one agent is told of another: each agent is another's, drawn by the seed. */
function shuffled({ agents, seed }: Pick<WaveContext, 'agents' | 'seed'>): (signal: Signal) => Signal {
  const ids = agents.map(({ agent_id }) => agent_id);
  const by = 1 + Math.floor(seededRandom('shuffled loop', seed)() * (ids.length - 1));
  const other = (id: string) => ids[(ids.indexOf(id) + by) % ids.length]!;
  return (signal) => {
    const { agents: rows } = signal.content;
    if (rows === undefined) return signal;
    return {
      ...signal,
      content: { ...signal.content, agents: rows.map((row) => ({ ...row, agent_id: other(row.agent_id) })) },
    };
  };
}

export function valueOf(wave: SimulatedRunWave, name: MetricName): number | null {
  return wave.metrics.find(({ metric_name }) => metric_name === name)?.value ?? null;
}

/** First dispatch to last outcome, milliseconds. */
export function makespan({ simulated }: SimulatedRunWave): number {
  return simulated.facts.lastOutcomeAt! - simulated.facts.firstDispatchAt!;
}

/** Mean of |ln(observed ÷ declared)| over agents and risks, weighted by attempts. */
export function timeError({ measured }: SimulatedRunWave): number {
  let [sum, count] = [0, 0];
  for (const { timed, declared_time_ms: declared, observed_time_ms: observed } of measured.agentErrors) {
    if (declared === null || observed === null) continue;
    sum += timed * Math.abs(Math.log(observed / declared));
    count += timed;
  }
  return sum / count;
}
