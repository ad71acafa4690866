/**
 * Replays recorded histories with today's workflow code. Temporal compares the kinds of commands; this also compares
 * what they carry, so that a changed range, digest or time does not pass. `npm run histories` records them anew; a change
 * of the workflows that makes this necessary breaks runs that are under way.
 */
import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import { DeterminismViolationError } from '@temporalio/workflow';
import { machinePathFaults } from '../house/tidy-rules.ts';
import { quietRuntime } from '../quiet-runtime.ts';
import { copyTree, type TextChange } from '../tree-copy.ts';
import { historyNames, historyText, readHistory } from './history-file.ts';
import { askedFor, befell } from './history-facts.ts';
import { recordingBundle, replay, withoutPassingTimers } from './replaying.ts';
import { SCENARIOS } from './scenarios.ts';

const NAMES = historyNames();

/** Fails where the workflows ask for anything else than is recorded. */
async function assertReplays(bundle: { code: string }, name: string): Promise<void> {
  const history = readHistory(name);
  const recorded = askedFor(history);
  assert.ok(recorded.length >= 2, `only ${recorded.length} commands are recorded`);
  const asked = await replay(bundle, history);
  assert.deepEqual(withoutPassingTimers(asked, recorded), recorded);
}

/** The server's core says in its own words where a timer fired that the workflow had given up. */
function isMismatch(fault: unknown): boolean {
  if (fault instanceof DeterminismViolationError || fault instanceof assert.AssertionError) return true;
  return fault instanceof Error && fault.message.includes('Fatal error in workflow machines: TimerMachine');
}

describe('recorded histories', function () {
  this.timeout(60_000);
  let bundle: { code: string };

  before(async () => {
    quietRuntime();
    bundle = await recordingBundle(fileURLToPath(new URL('../../', import.meta.url)));
  });

  for (const { name, shows } of SCENARIOS) {
    it(`of the scenario ${name} are there, and show it`, () => {
      const mine = NAMES.filter((recorded) => recorded.startsWith(`${name}/`));
      assert.ok(mine.includes(`${name}/run`) && mine.includes(`${name}/wave-1`), mine.join(', '));
      const seen = new Set(mine.flatMap((recorded) => befell(readHistory(recorded))));
      assert.deepEqual(
        shows.filter((fact) => !seen.has(fact)),
        [],
      );
    });
  }

  it('are of known scenarios, and name no path of one machine', () => {
    const known = SCENARIOS.map(({ name }) => name);
    assert.deepEqual(
      NAMES.filter((name) => !known.includes(name.split('/')[0]!)),
      [],
    );
    assert.deepEqual(
      NAMES.flatMap((name) => machinePathFaults(name, historyText(name))),
      [],
    );
  });

  for (const name of NAMES) {
    it(`replay: ${name}, and every command carries what it carried`, () => assertReplays(bundle, name));
  }

  describe('do not replay', () => {
    it('when an activity is another one than the workflow asks for', async () => {
      const history = readHistory('completed/wave-1');
      const scheduled = (history.events ?? []).find(
        (event) => event.activityTaskScheduledEventAttributes?.activityType?.name === 'tuneAgents',
      );
      assert.ok(scheduled?.activityTaskScheduledEventAttributes);
      scheduled.activityTaskScheduledEventAttributes.activityType = { name: 'commitWave' };
      await assert.rejects(replay(bundle, history), DeterminismViolationError);
    });

    const changes: (TextChange & { name: string })[] = [
      {
        name: 'with chunks of another size',
        file: 'domain/dispatch/rules-1/chunk-size.ts',
        find: 'Math.ceil(remaining / 4)',
        replace: 'Math.ceil(remaining / 3)',
      },
      {
        name: 'with probes of lost agents at other times',
        file: 'domain/dispatch/rules-1/agents.ts',
        find: 'state.settings.probeEveryMs * agent.losses',
        replace: 'state.settings.probeEveryMs * 2 * agent.losses',
      },
      {
        name: 'with commands in another order',
        file: 'domain/dispatch/rules-1/step.ts',
        find: 'return { state, commands, nextWakeAt',
        replace: 'return { state, commands: commands.reverse(), nextWakeAt',
      },
    ];
    for (const { name, ...change } of changes) {
      it(name, async () => {
        const copy = copyTree(['package.json', 'activities', 'contracts', 'domain', 'workflows']);
        try {
          copy.change(change);
          const other = await recordingBundle(copy.root);
          let fault: Error | null = null;
          // Until one of them does not: which ones the change meets depends on how their agents fared when they were recorded.
          for (const recorded of NAMES.filter((candidate) => candidate.includes('/wave-'))) {
            await assertReplays(other, recorded).catch((found: Error) => (fault = found));
            if (fault !== null) break;
          }
          assert.ok(fault !== null, 'it replays');
          assert.ok(isMismatch(fault), String(fault));
        } finally {
          copy.remove();
        }
      });
    }
  });
});
