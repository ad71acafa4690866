/** `wavewright schedule`: runs that Temporal starts at set times. */
import { setTimeout as wait } from 'node:timers/promises';
import { ScheduleOverlapPolicy } from '@temporalio/client';
import type { Command } from 'commander';
import { withSession, workflowUrl, type GlobalOptions, type Session } from '../connect.ts';
import { CommandError, exitCodes } from '../exit-codes.ts';
import { addInputOptions, checkedInput, type InputOptions } from '../input-options.ts';
import { findSchedule, scheduleNames, setSchedule, viewSchedule, type ScheduleView } from '../schedules.ts';

interface SetOptions extends GlobalOptions, InputOptions {
  cron: string;
  timezone: string;
}

export function registerSchedule(program: Command): void {
  const schedule = program.command('schedule').description('start runs at set times, such as each night');
  const set = schedule
    .command('set')
    .description('make a schedule, or change the one of that name; its runs are dry runs unless told otherwise')
    .argument('<name>', 'its runs are called <name>-<time in UTC>')
    .requiredOption('--cron <fields>', 'when, for example "0 2 * * *": each night at two')
    .option('--timezone <name>', 'of those times, for example Europe/Berlin', 'UTC');
  addInputOptions(set).action(async (name: string, _: unknown, command: Command) => {
    const options = command.optsWithGlobals<SetOptions>();
    const { cron, timezone } = options;
    const checked = checkedInput(options);
    await withSession(options, async (session) => {
      const how = await setSchedule(session.client, { name, cron, timezone, ...checked });
      const { described } = await findSchedule(session.client, name);
      const view = await viewSchedule(session, described);
      if (options.json === true) console.log(JSON.stringify(view));
      else console.log(`Schedule ${name} was ${how}.\n${viewLines(view).join('\n')}`);
    });
  });
  schedule
    .command('list')
    .description('show every schedule: its next times and its last run')
    .action(async (_: unknown, command: Command) => {
      const options = command.optsWithGlobals<GlobalOptions>();
      await withSession(options, async (session) => {
        const views: ScheduleView[] = [];
        for (const name of await scheduleNames(session.client)) {
          views.push(await viewSchedule(session, (await findSchedule(session.client, name)).described));
        }
        if (options.json === true) console.log(JSON.stringify({ schedules: views }));
        else if (views.length === 0)
          console.log('No schedule starts runs. Make one with `npx wavewright schedule set`.');
        else console.log(views.map((view) => viewLines(view).join('\n')).join('\n\n'));
      });
    });
  onOne(schedule, 'run', 'start its run now', runNow);
  onOne(
    schedule,
    'pause',
    'start nothing more until it is resumed; a run that is open goes on',
    async (session, name) => {
      await (await findSchedule(session.client, name)).handle.pause('paused with `wavewright schedule pause`');
      return {
        said: `Schedule ${name} starts nothing until \`npx wavewright schedule resume ${name}\`.`,
        paused: true,
      };
    },
  );
  onOne(schedule, 'resume', 'start runs again at its times', async (session, name) => {
    await (await findSchedule(session.client, name)).handle.unpause('resumed with `wavewright schedule resume`');
    return { said: `Schedule ${name} starts runs again.`, paused: false };
  });
  onOne(schedule, 'remove', 'remove it; a run that is open goes on', async (session, name) => {
    await (await findSchedule(session.client, name)).handle.delete();
    return { said: `Schedule ${name} was removed. Runs that it started stay as they are.`, removed: true };
  });
}

/** What a command did, in words and for programs. */
type Done = { said: string } & Record<string, unknown>;

function onOne(
  schedule: Command,
  verb: string,
  description: string,
  act: (session: Session, name: string) => Promise<Done>,
): void {
  schedule
    .command(verb)
    .description(description)
    .argument('<name>')
    .action(async (name: string, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<GlobalOptions>();
      await withSession(options, async (session) => {
        const { said, ...facts } = await act(session, name);
        console.log(options.json === true ? JSON.stringify({ schedule: name, ...facts }) : said);
      });
    });
}

const START_MS = 10_000;

/** Starts the run of a schedule, unless one of its runs is open: a second live one would be refused anyway. */
async function runNow(session: Session, name: string): Promise<Done> {
  const { handle, described } = await findSchedule(session.client, name);
  const open = described.info.runningActions[0]?.workflow.workflowId;
  if (open !== undefined) {
    throw new CommandError(exitCodes.problem, `run ${open} of schedule ${name} is open; nothing was started.`);
  }
  const known = described.info.numActionsTaken;
  await handle.trigger(ScheduleOverlapPolicy.SKIP);
  for (const deadline = Date.now() + START_MS; Date.now() < deadline; await wait(200)) {
    const { info } = await handle.describe();
    const started = info.recentActions.at(-1)?.action.workflow.workflowId;
    if (info.numActionsTaken === known || started === undefined) continue;
    const url = workflowUrl(session, started);
    const said = `Started run ${started}${url === null ? '' : `\nWeb page: ${url}`}\nFollow it: npx wavewright status ${started}`;
    return { said, execution_id: started, url };
  }
  throw new CommandError(
    exitCodes.problem,
    `the server has not started the run of schedule ${name} within ${START_MS / 1000} s; ` +
      '`npx wavewright schedule list` shows whether it did later.',
  );
}

function viewLines(view: ScheduleView): string[] {
  const { schedule, dataset, dry_run, timezone, paused, next, last, skipped } = view;
  const mode = dry_run === null ? 'an input that runs refuse' : `dataset ${dataset}, ${dry_run ? 'dry run' : 'live'}`;
  return [
    `${schedule}: ${mode}, times of ${timezone}${paused ? ' — paused' : ''}`,
    `  next      ${next.length === 0 ? 'no time any more' : next.join(', ')}`,
    `  last run  ${last === null ? 'none yet' : `${last.execution_id} ${last.status}`}${last?.url ? ` ${last.url}` : ''}`,
    ...(skipped === 0 ? [] : [`  skipped   ${skipped} time(s): the run before was still open`]),
  ];
}
