import type { ParameterName, TunedParameters } from '../model/agent.ts';
import { PARAMETER_NAMES } from './bounds.ts';

const RAISED: Record<ParameterName, string> = {
  speed_multiplier: 'shorter attempts at some risk to success',
  retry_threshold: 'more tasks completed here before failover',
  confidence_weight: 'predictions closer to what was declared',
  max_parallel_tasks: 'higher throughput while there is work',
};
const LOWERED: Record<ParameterName, string> = {
  speed_multiplier: 'higher success at longer attempts',
  retry_threshold: 'fewer retries here and earlier failover',
  confidence_weight: 'predictions closer to what was observed',
  max_parallel_tasks: 'higher utilisation of the slots offered',
};

/** What a change of parameters should bring, in words. */
export function expectedImpact(before: TunedParameters, after: TunedParameters): string {
  const effects = PARAMETER_NAMES.flatMap((name) => {
    if (after[name] === before[name]) return [];
    return [`${name}: ${(after[name] > before[name] ? RAISED : LOWERED)[name]}`];
  });
  return effects.length === 0 ? 'none' : effects.join('; ');
}
