/** Workflow code of the replay test only: tells what a workflow asks for, with its arguments. */
import { proxySinks, type Sinks, type WorkflowInterceptorsFactory } from '@temporalio/workflow';

export interface CommandSinks extends Sinks {
  commands: {
    asked(command: string, args: unknown[]): void;
  };
}

const { commands } = proxySinks<CommandSinks>();

export const interceptors: WorkflowInterceptorsFactory = () => ({
  inbound: [
    {
      execute: async (input, next) => {
        const result = await next(input);
        commands.asked('result', [result]);
        return result;
      },
    },
  ],
  outbound: [
    {
      scheduleActivity: (input, next) => {
        commands.asked(`activity ${input.activityType} on ${input.options.taskQueue ?? ''}`, input.args);
        return next(input);
      },
      startChildWorkflowExecution: (input, next) => {
        commands.asked(`child ${input.workflowType}`, input.options.args);
        return next(input);
      },
      signalWorkflow: (input, next) => {
        commands.asked(`signal ${input.signalName}`, input.args);
        return next(input);
      },
      startTimer: (input, next) => {
        commands.asked(`timer ${input.seq}`, [input.durationMs]);
        return next(input);
      },
      continueAsNew: (input, next) => {
        commands.asked('continue as new', input.args);
        return next(input);
      },
    },
  ],
});
