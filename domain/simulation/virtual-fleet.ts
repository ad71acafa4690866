/** The agents of a simulated wave, each with its health. */
import type { DispatchCommand } from '../dispatch/protocol.ts';
import type { ChunkRange } from '../dispatch/state.ts';
import { invariant } from '../model/invariant.ts';
import type { LaneRow } from '../model/plan.ts';
import type { WaveSettings } from '../wave/settings.ts';
import { AgentHealth } from './agent-health.ts';
import type { Trouble } from './interference.ts';
import type { AttemptModel, VirtualAgentHooks } from './virtual-agent.ts';
import { VirtualAgent } from './virtual-agent.ts';

export interface FleetHooks extends Pick<VirtualAgentHooks, 'wrote' | 'finished'> {
  at: (time: number, what: () => void) => void;
  now: () => number;
}

export class VirtualFleet {
  private readonly members = new Map<string, { agent: VirtualAgent; health: AgentHealth }>();
  private readonly hooks: FleetHooks;

  constructor(settings: WaveSettings, model: AttemptModel, hooks: FleetHooks) {
    this.hooks = hooks;
    for (const { agent_id } of settings.agents) {
      const health = new AgentHealth();
      const own: VirtualAgentHooks = {
        at: (time, what) => hooks.at(time, () => health.still.pass(() => what(hooks.now()))),
        wrote: hooks.wrote,
        finished: hooks.finished,
      };
      this.members.set(agent_id, { agent: new VirtualAgent(agent_id, settings, model, own), health });
    }
  }

  agent(agentId: string): VirtualAgent {
    return this.member(agentId).agent;
  }

  health(agentId: string): AgentHealth {
    return this.member(agentId).health;
  }

  /** Hands a chunk over; nobody takes it while the agent is gone. */
  begin(command: Extract<DispatchCommand, { type: 'dispatch' }>, rows: LaneRow[]): void {
    const { agent, health } = this.member(command.agentId);
    if (!health.crashed && !health.left) health.still.pass(() => agent.begin(command, rows, this.hooks.now()));
  }

  drain({ agentId, epoch }: Extract<DispatchCommand, { type: 'drain' }>): void {
    const { agent, health } = this.member(agentId);
    health.still.pass(() => agent.drain(epoch, this.hooks.now()));
  }

  /** The agent's open chunks that the server will give up because of it. */
  strike<C extends ChunkRange>(trouble: Extract<Trouble, { agent_id: string }>, open: readonly C[]): C[] {
    const { agent, health } = this.member(trouble.agent_id);
    health.suffer(trouble, this.hooks.now(), this.hooks.at);
    if (trouble.kind === 'crash') agent.crash();
    if (trouble.kind === 'leave') health.still.pass(() => agent.stop(this.hooks.now()));
    if (trouble.kind === 'recover' || trouble.kind === 'leave' || !health.isSilent(this.hooks.now())) return [];
    return open.filter(({ agentId }) => agentId === trouble.agent_id);
  }

  private member(agentId: string): { agent: VirtualAgent; health: AgentHealth } {
    const member = this.members.get(agentId);
    invariant(member, `agent ${agentId} is not in the fleet`);
    return member;
  }
}
