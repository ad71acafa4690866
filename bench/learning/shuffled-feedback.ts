/** The negative control's feedback: true outcomes, told of agents that had no part in them. */
import { seededRandom } from '../../domain/model/random.ts';
import type { AttemptLine } from '../../domain/model/outcome.ts';
import type { WaveContext } from '../../domain/wave/context.ts';

/** Attributes all that an agent did for a task to one other agent, drawn evenly. Needs two agents or more. */
export function shuffledFeedback({
  agents,
  seed,
}: Pick<WaveContext, 'agents' | 'seed'>): (lines: AttemptLine[]) => AttemptLine[] {
  const ids = agents.map(({ agent_id }) => agent_id);
  return (lines) =>
    lines.map((line) => {
      const others = ids.filter((id) => id !== line.agent_id);
      const random = seededRandom('shuffled feedback', seed, line.task_id, line.agent_id);
      return { ...line, agent_id: others[Math.floor(random() * others.length)]! };
    });
}
