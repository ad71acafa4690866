/** Promises on the whole, and on what changes from wave to wave (1–9, 11–15). */
import type { ParameterName } from '../../../domain/model/agent.ts';
import { eligibleStrategies } from '../../../domain/strategy/eligibility.ts';
import { observedValue } from '../../../domain/wave/measure-stage.ts';
import type { Findings } from '../findings.ts';
import { followers, waveName } from '../findings.ts';
import type { WaveFacts } from '../wave-facts.ts';
import { LIVE_RUN_TEST, LEARNING_TEST } from './tests-named.ts';
import type { Verdict, WrittenPromise } from './promise.ts';
import { restsOn, seen } from './promise.ts';

/** Strategies that the measures of the wave before made eligible; null where a person pinned one, or nothing was measured. */
export function eligibleIn(wave: WaveFacts, before: WaveFacts): string[] | null {
  const { side, metrics } = before;
  if (wave.targets === null || side === null || wave.recommendation === null) return null;
  if (wave.recommendation.rationale.includes('is pinned by the run input')) return null;
  const value = (name: Parameters<typeof observedValue>[0]) => observedValue(name, metrics, side);
  const view = {
    success_rate: value('success_rate'),
    throughput: value('throughput'),
    load_balance: value('load_balance'),
    retry_rate: value('retry_rate'),
    confidence_trajectory: value('confidence_trajectory'),
  };
  return eligibleStrategies(view, wave.targets);
}

function strategyFollowsMetrics({ waves }: Findings): Verdict {
  let judged = 0;
  for (const { wave, before } of followers(waves)) {
    const eligible = eligibleIn(wave, before);
    const recommendation = wave.recommendation;
    if (eligible === null || recommendation === null) continue;
    judged += 1;
    const { strategy, adjustments } = recommendation;
    const right =
      eligible.length > 0
        ? eligible.includes(strategy)
        : strategy === 'balance_load' && Object.keys(adjustments).length === 0;
    if (right) continue;
    const allowed = eligible.join(', ') || 'balance_load without adjustments';
    return { kept: false, where: `${waveName(wave)} has ${strategy}; the wave before allows ${allowed}` };
  }
  return judged === 0 ? null : { kept: true, where: `${judged} wave(s) that follow another` };
}

function reinforcedBy(file: string) {
  return ({ runs, waves }: Findings): Verdict => {
    const run = runs.find(({ inputs }) => inputs?.files.some(({ path, records }) => path === file && records > 0));
    const wave = waves.find(
      ({ place, recommendation }) =>
        place.execution_id === run?.execution_id && recommendation?.rationale.includes('reinforcement weight'),
    );
    return wave ? { kept: true, where: `${file}; the rationale of ${waveName(wave)}` } : null;
  };
}

function adjusts(name: ParameterName) {
  return restsOn(['parameters'], ({ waves }) =>
    seen(waves, (wave) => {
      const changed = wave.parameters.find(({ before, parameters }) => before[name] !== parameters[name]);
      if (!changed) return null;
      return `${waveName(wave)}: ${changed.agent_id} from ${changed.before[name]} to ${changed.parameters[name]}`;
    }),
  );
}

function planShift({ waves }: Findings): string | null {
  return seen(followers(waves), ({ wave, before }) => {
    const share = ({ planned }: WaveFacts, agent: string) => {
      const all = Object.values(planned).reduce((sum, tasks) => sum + tasks, 0);
      return all === 0 ? 0 : Math.round((100 * (planned[agent] ?? 0)) / all);
    };
    const agents = [...new Set([...Object.keys(before.planned), ...Object.keys(wave.planned)])].sort();
    const moved = agents.find((agent) => Math.abs(share(wave, agent) - share(before, agent)) >= 2);
    if (moved === undefined) return null;
    return `${waveName(wave)}: ${moved} plans ${share(wave, moved)} % of the tasks, after ${share(before, moved)} %`;
  });
}

function modulesLeave({ waves }: Findings): Verdict {
  for (const wave of waves) {
    const { recommendation, parameters, planned, signals, metrics } = wave;
    const lacking = Object.entries({
      'the strategy': recommendation !== null,
      'the tuning': parameters.length > 0,
      'the plan': Object.keys(planned).length > 0 || wave.counts.executed === 0,
      'the feedback': signals.length > 0,
      'the measures': metrics.length > 0,
    }).filter(([, there]) => !there);
    if (lacking.length > 0) return { kept: false, where: `${waveName(wave)} lacks ${lacking[0]?.[0] ?? ''}` };
  }
  return waves.length === 0 ? null : { kept: true, where: `records of all five in ${waves.length} wave(s)` };
}

export const ADAPTATION: readonly WrittenPromise[] = [
  {
    number: 1,
    words: 'The whole is built, and what a real run leaves has been checked.',
    test: LIVE_RUN_TEST,
    check: ({ waves, problems }) => {
      if (problems.length > 0) return { kept: false, where: `${problems.length} problem(s) in the files` };
      return waves.length === 0 ? null : { kept: true, where: `${waves.length} wave(s) without a problem` };
    },
  },
  {
    number: 2,
    words: 'What a wave taught changes how the next one is scheduled.',
    test: LEARNING_TEST,
    check: restsOn(['evidence'], planShift),
  },
  {
    number: 3,
    words: 'Tuning goes on from wave to wave.',
    test: 'test/domain/tuning/tune-agents.test.ts › tunes each agent by its own outcomes, in both directions at once',
    check: restsOn(['parameters'], ({ waves }) =>
      seen(followers(waves), ({ wave }) => {
        const changed = wave.parameters.filter(({ before, parameters }) => !same(before, parameters)).length;
        return changed === 0
          ? null
          : `${waveName(wave)}: ${changed} agent(s) tuned, from where the wave before left them`;
      }),
    ),
  },
  {
    number: 4,
    words: 'Confidence follows the evidence of each wave.',
    test: 'test/domain/calibration/success.test.ts › rises with a success, falls with a failure, narrows with evidence, and stays in its interval',
    check: restsOn(['measures'], ({ waves }) =>
      seen(waves, (wave) =>
        wave.counts.confidenceMoved === 0
          ? null
          : `${waveName(wave)}: confidence moved in ${wave.counts.confidenceMoved} attempt(s)`,
      ),
    ),
  },
  {
    number: 5,
    words: 'Five parts do the work: strategy, tuning, scheduling, feedback and monitoring.',
    test: LIVE_RUN_TEST,
    check: modulesLeave,
  },
  {
    number: 6,
    words: 'One run takes several waves, one after the other.',
    test: LIVE_RUN_TEST,
    check: ({ waves }) => {
      const [second] = followers(waves);
      return second ? { kept: true, where: `${waveName(second.wave)} follows wave ${second.before.place.wave}` } : null;
    },
  },
  {
    number: 7,
    words: "A wave's strategy follows from what the wave before measured.",
    test: 'test/domain/strategy/eligibility.test.ts › finds each strategy by its own measure alone, just past the limit',
    check: strategyFollowsMetrics,
  },
  {
    number: 8,
    words: 'Signals of phase 20 weigh in the choice of strategy.',
    test: 'test/domain/strategy/reinforcement.test.ts › computes the five formulas',
    check: reinforcedBy('phase20/learning_signals.jsonl'),
  },
  {
    number: 9,
    words: 'Measures of phase 21 weigh in the choice of strategy.',
    test: 'test/domain/strategy/reinforcement.test.ts › prefers the measure that the formula names',
    check: reinforcedBy('phase21/metrics.jsonl'),
  },
  {
    number: 11,
    words: 'Each agent is tuned by itself.',
    test: 'test/domain/tuning/tune-agents.test.ts › tunes each agent by its own outcomes, in both directions at once',
    check: restsOn(['parameters'], ({ waves }) =>
      seen(waves, (wave) => {
        const [first, ...others] = wave.parameters;
        const other = others.find(({ parameters }) => first && !same(parameters, first.parameters));
        return first && other ? `${waveName(wave)}: ${first.agent_id} and ${other.agent_id} differ` : null;
      }),
    ),
  },
  {
    number: 12,
    words: 'Tuning changes the pace.',
    test: 'test/domain/tuning/own-steps.test.ts › slows one whose attempts cannot make up for its failures',
    check: adjusts('speed_multiplier'),
  },
  {
    number: 13,
    words: 'Tuning changes the attempts before failover.',
    test: 'test/domain/tuning/own-steps.test.ts › gives more attempts where the lower bound needs more than there are',
    check: adjusts('retry_threshold'),
  },
  {
    number: 14,
    words: 'Tuning changes how much declared predictions weigh.',
    test: 'test/domain/tuning/own-steps.test.ts › restores the weight of declared predictions, up to the start',
    check: adjusts('confidence_weight'),
  },
  {
    number: 15,
    words: 'Tuning changes how many tasks an agent has in flight.',
    test: 'test/domain/tuning/own-steps.test.ts › widens a surely good agent that is busier than halfway between target and 1',
    check: adjusts('max_parallel_tasks'),
  },
];

function same(a: Record<ParameterName, number>, b: Record<ParameterName, number>): boolean {
  return (Object.keys(a) as ParameterName[]).every((name) => a[name] === b[name]);
}
