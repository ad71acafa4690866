/**
 * How a person operates a run from the Temporal UI, step by step as docs/operating.md tells it. Tests and screenshots go
 * through the same stories. What is done is done in the UI; the client only looks whether it came true.
 */
import assert from 'node:assert/strict';
import type { GateDecisionRecord } from '../../domain/model/records.ts';
import type { multiWaveRun } from '../../workflows/multi-wave-run.ts';
import { textOf } from '../house/source-files.ts';
import { untilWave, waveProgress } from '../workflows/follow-run.ts';
import { committedOutcomes, finals, rows } from '../workflows/records.ts';
import type { Stage } from './stage.ts';

const WORKFLOWS = '/namespaces/default/workflows';
const START = `${WORKFLOWS}/start-workflow?workflowType=multiWaveRun&taskQueue=wavewright`;
/** Where the guide takes the web page to be. */
const GUIDE_ADDRESS = 'http://127.0.0.1:8233';
/** Of a picture, in pixels: below it the view of a board is empty. */
const BOARD_HEIGHT = 720;
/** What a board gives to be pasted. */
const PAYLOAD = /\{"request":"[^"]+","digest":"sha256:[0-9a-f]{64}","approver":"YOUR NAME"\}/;

export interface Story {
  title: string;
  play: (stage: Stage) => Promise<void>;
}

/** In this order: a story goes on where the one before ended. */
export const STORIES: readonly Story[] = [
  { title: 'starts a dry run of the demo with {}, and shows its board', play: startDryRun },
  { title: 'pauses a live run, which drains, and resumes it', play: pauseAndResume },
  { title: 'turns the rest of a live run into a dry run', play: turnDry },
  { title: 'refuses a wrong digest in the dialog, and approves with the payload from the board', play: approve },
  { title: 'cancels a run, which commits what was done', play: cancel },
  { title: 'follows every list of the guide', play: followLists },
];

async function startDryRun({ harness, ui, picture }: Stage): Promise<void> {
  assert.ok(textOf('docs/operating.md').includes(GUIDE_ADDRESS + START), 'the guide gives the link');
  await ui.open(START);
  await ui.fillStart('first-look', '{}');
  await picture('start-form');
  await ui.start('first-look');
  await ui.view('User Metadata');
  await ui.untilBoard(/dry run: a forecast/);
  await ui.untilEnded('Completed');
  const board = await ui.untilBoard(/^completed/);
  for (const wave of [1, 2, 3]) assert.match(board, new RegExp(`^${wave} \\(dry run\\)`, 'm'));
  await picture('board-forecast', BOARD_HEIGHT);
  const result = await harness.client.workflow.getHandle<typeof multiWaveRun>('first-look').result();
  assert.deepEqual([result.status, result.dry_run, result.waves.length], ['completed', true, 3]);
}

/** Starts a live run in the UI and waits until its first wave has completed something. */
async function underWay({ harness, ui }: Stage, id: string, input: Record<string, unknown>) {
  await ui.open(START);
  await ui.fillStart(id, JSON.stringify({ ...input, dryRun: false, waveGate: { onUnhealthy: 'continue' } }));
  await ui.start(id);
  const wave = harness.client.workflow.getHandle(`${id}/wave-1`);
  await untilWave('the first completed task', wave, ({ completed }) => completed >= 1);
  return wave;
}

async function pauseAndResume(stage: Stage): Promise<void> {
  const { harness, ui, picture } = stage;
  await harness.dataset('orders', { waves: 2, tasks: 240, seed: 7, speed: 0.4 });
  await harness.serve('orders');
  const wave = await underWay(stage, 'orders-1', { dataset: 'orders' });
  await ui.view('User Metadata');
  await ui.untilBoard(/^(running|waiting for approval)/);
  await picture('board-running', BOARD_HEIGHT);

  const pause = await ui.openAction('Send a Signal');
  await picture('signal-list');
  await ui.choose(pause, 'pause', 'Nothing new starts; running tasks finish; then it is paused');
  await picture('signal-pause');
  await ui.submit(pause);
  await ui.untilBoard(/^paused/);
  await picture('board-paused', BOARD_HEIGHT);
  const paused = await waveProgress(wave);
  assert.equal(paused.in_flight, 0);
  assert.ok(paused.completed < paused.released, 'everything was done before the pause');

  await ui.followBoard('wave 1', 'orders-1/wave-1');
  await ui.view('User Metadata');
  await ui.untilBoard(/^Wave 1: paused/);
  await picture('board-wave', BOARD_HEIGHT);
  await ui.open(`${WORKFLOWS}/orders-1`);
  await ui.view('User Metadata');

  const resume = await ui.openAction('Send a Signal');
  await ui.choose(resume, 'resume', 'Go on after a pause');
  await ui.submit(resume);
  await ui.untilBoard(/^(running|waiting for approval)/);
  await untilWave('tasks after the pause', wave, ({ completed }) => completed > paused.completed);
}

async function turnDry({ harness, ui, picture }: Stage): Promise<void> {
  const signal = await ui.openAction('Send a Signal');
  await ui.choose(signal, 'setDryRun', 'Payload: true or {"dryRun": true}');
  await ui.write(signal, 'true');
  await picture('signal-dry-run');
  await ui.submit(signal);
  await ui.untilBoard(/dry run: a forecast/);
  await ui.untilEnded('Completed');
  const board = await ui.untilBoard(/^completed/);
  for (const row of [/^1\t/m, /^1 \(dry run\)/m, /^2 \(dry run\)/m]) assert.match(board, row);
  await picture('board-dry-run', BOARD_HEIGHT);
  const { waves } = await harness.client.workflow.getHandle<typeof multiWaveRun>('orders-1').result();
  assert.deepEqual(
    waves.map(({ wave, dry_run }) => [wave, dry_run]),
    [
      [1, false],
      [1, true],
      [2, true],
    ],
  );
}

async function approve(stage: Stage): Promise<void> {
  const { harness, ui, picture } = stage;
  const folder = await harness.dataset('payments', { waves: 1, tasks: 24, seed: 7, speed: 6 });
  await harness.serve('payments');
  await underWay(stage, 'payments-1', { dataset: 'payments' });
  await ui.view('User Metadata');
  const payload = PAYLOAD.exec(await ui.untilBoard(PAYLOAD))?.[0]?.replace('YOUR NAME', 'ops') ?? '';
  await picture('board-waiting', BOARD_HEIGHT);

  const update = await ui.openAction('Send an Update');
  await ui.choose(update, 'approve', 'Approve a request.');
  await ui.write(update, payload.replace(/sha256:[0-9a-f]{4}/, 'sha256:0000'));
  await ui.submit(update);
  await update
    .getByText(/is not that of w1-g\d/)
    .first()
    .waitFor();
  await ui.write(update, payload);
  await picture('update-approve');
  await ui.submit(update);
  await update.waitFor({ state: 'hidden' });
  await ui.untilEnded('Completed');
  const decisions = rows<GateDecisionRecord>(`${folder}/phase22/gate_decisions.jsonl`);
  const high = decisions.filter(({ risk_level }) => risk_level === 'HIGH');
  assert.ok(high.length > 0);
  for (const { approval, approver } of high) assert.deepEqual([approval, approver], ['approved', 'ops']);
}

async function cancel(stage: Stage): Promise<void> {
  const { harness, ui, picture } = stage;
  await underWay(stage, 'orders-2', { dataset: 'orders' });
  await ui.requestCancellation();
  await ui.untilEnded('Canceled');
  await ui.view('User Metadata');
  await ui.untilBoard(/^cancelled/);
  await picture('board-cancelled', BOARD_HEIGHT);
  const done = finals(await committedOutcomes(`${harness.dataRoot}/orders`, 'orders-2'), 'completed');
  assert.ok(done.length > 0);
  await ui.open(`${WORKFLOWS}/${encodeURIComponent('orders-2/wave-1')}`);
  await ui.view('History');
  await ui.page.getByText('commitWave').first().waitFor();
  await ui.page.mouse.wheel(0, 600);
  await picture('wave-history');
}

async function followLists({ harness, ui }: Stage): Promise<void> {
  const links = textOf('docs/operating.md').matchAll(/http:\/\/127\.0\.0\.1:8233(\/\S+\?query=[^)\s]+)/g);
  const paths = [...links].map(([, path]) => path!);
  assert.ok(paths.length > 3, `only ${paths.length} lists`);
  for (const path of paths) {
    const query = new URL(path, GUIDE_ADDRESS).searchParams.get('query') ?? '';
    const { count } = await harness.client.workflow.count(query);
    // What passes is over by now.
    const passing = /"(Running|waiting for approval|paused)"/.test(query);
    if (!passing) assert.ok(count > 0, `no workflow answers to ${query}`);
    await ui.open(path);
    await ui.untilListed(count);
  }
}
