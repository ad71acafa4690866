import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { json as readJson } from 'node:stream/consumers';
import { defaultPayloadConverter } from '@temporalio/common';
import type { WorkflowHandle } from '@temporalio/client';
import { NOTHING_ASKED } from '../../domain/control/shared-level.ts';
import { levelSignal } from '../../workflows/messages.ts';
import type { WaveArgs } from '../../workflows/wave-args.ts';
import { approveAll, until, untilWave, waveHandle, waveProgress } from './follow-run.ts';
import { Harness } from './harness.ts';
import { assertSound, finals, taskIds } from './records.ts';

/** Few enough that signals of a test bring the wave to continue as new, and more than the wave makes by itself. */
const EVENTS_MAX = 200;

interface Received {
  key: string;
  requests: string[];
}

describe('telling people of approvals', function () {
  this.timeout(180_000);
  let harness: Harness;
  let receiver: Server;
  let host: string;
  const received: Received[] = [];
  /** How the receiver answers, by path. */
  const answers = new Map<string, (response: ServerResponse) => void>();

  before(async () => {
    receiver = createServer((request, response) => {
      void readJson(request).then((body) => {
        const { requests } = body as { requests: { request: string }[] };
        received.push({
          key: String(request.headers['idempotency-key']),
          requests: requests.map((one) => one.request),
        });
        answers.get(request.url ?? '')?.(response);
      });
    }).listen(0, '127.0.0.1');
    await once(receiver, 'listening');
    host = `127.0.0.1:${(receiver.address() as AddressInfo).port}`;
    harness = await Harness.start({ dynamicConfig: { 'limit.historyCount.suggestContinueAsNew': EVENTS_MAX } });
  });
  after(async () => {
    await harness.stop();
    receiver.closeAllConnections();
    receiver.close();
  });

  /** A run whose receiver is the path of its dataset's name. */
  const start = async (dataset: string, answer: (response: ServerResponse) => void, input: object = {}) => {
    answers.set(`/${dataset}`, answer);
    const folder = await harness.dataset(dataset, { waves: 1, tasks: 12, agents: 2, seed: 7, speed: 6 });
    const path = join(folder, 'phase22/agents.json');
    const fleet = JSON.parse(readFileSync(path, 'utf8')) as object;
    writeFileSync(path, JSON.stringify({ ...fleet, allowedHosts: [host], notify: { allowPrivate: true } }));
    await harness.serve(dataset);
    const gate = { mediumNeedsApproval: true, notifyUrl: `http://${host}/${dataset}` };
    const run = await harness.start({ dataset, dryRun: false, waveGate: { onUnhealthy: 'continue' }, gate, ...input });
    return { folder, run, wave: waveHandle(harness.client, run, 1) };
  };
  const keysOf = (dataset: string) => received.map(({ key }) => key).filter((key) => key.startsWith(`${dataset}/`));
  /** Notifications that the wave's latest execution asked for, however often each was tried. */
  const asked = async (wave: WorkflowHandle): Promise<number> => {
    const { events } = await wave.fetchHistory();
    const names = (events ?? []).map((event) => event.activityTaskScheduledEventAttributes?.activityType?.name);
    return names.filter((name) => name === 'notifyApprovers').length;
  };

  /** Lets the wave's history grow until it continues as new. Answers with what its next execution began with. */
  const continued = async (wave: WorkflowHandle): Promise<WaveArgs> => {
    const { runId } = await wave.describe();
    return until('the wave to continue as new', async () => {
      await Promise.all(Array.from({ length: 20 }, () => wave.signal(levelSignal, NOTHING_ASKED)));
      if ((await wave.describe()).runId === runId) return null;
      const [first] = (await wave.fetchHistory()).events ?? [];
      const payload = first?.workflowExecutionStartedEventAttributes?.input?.payloads?.[0];
      return payload ? defaultPayloadConverter.fromPayload<WaveArgs>(payload) : null;
    });
  };

  it('tells once of every request, under a key of its own, and a dry run tells nobody', async () => {
    const { folder, run, wave } = await start('told', (response) => response.end());
    const open = await untilWave('both requests', wave, (progress) => progress.requests.length === 2);
    const keys = open.requests.map(({ request, digest }) => `told/${run.workflowId}/${request}/${digest}`);
    await until('both notifications', () => Promise.resolve(keysOf('told').length >= 2));
    assert.equal((await approveAll(harness.client, run)).status, 'completed');
    assert.deepEqual([...new Set(keysOf('told'))].sort(), keys.sort());
    assert.equal(await asked(wave), 2);
    for (const { key, requests } of received) assert.deepEqual(requests, [key.split('/')[2]]);
    assert.deepEqual(finals(await assertSound(folder)), taskIds(folder));

    const dry = await start('forecast', (response) => response.end(), { dryRun: true });
    assert.equal((await dry.run.result()).status, 'completed');
    assert.deepEqual(keysOf('forecast'), []);
  });

  it('does not wait for a receiver that is silent, and tells again under the same keys once the wave continued as new', async () => {
    const open: ServerResponse[] = [];
    const { folder, run, wave } = await start('silent', (response) => open.push(response));
    await untilWave('all that needs nobody', wave, (progress) => {
      return progress.requests.length === 2 && progress.completed > 0 && progress.in_flight === 0;
    });
    await until('both notifications', () => Promise.resolve(new Set(keysOf('silent')).size === 2));
    const { resume } = await continued(wave);
    assert.deepEqual([resume?.told, resume?.notes], [[], []]);
    const before = keysOf('silent').length;
    await until('both to be told again', () => Promise.resolve(keysOf('silent').length >= before + 2));
    assert.equal(new Set(keysOf('silent')).size, 2);
    answers.set('/silent', (response) => response.end());
    for (const response of open) response.end();
    assert.equal((await approveAll(harness.client, run)).status, 'completed');
    assert.equal(new Set(keysOf('silent')).size, 2);
    assert.deepEqual(finals(await assertSound(folder)), taskIds(folder));
  });

  it('gives up on a receiver that only fails, keeps the reason, and the wave goes on', async () => {
    const { folder, run, wave } = await start('failing', (response) => response.writeHead(500).end());
    await until(
      'both to be given up',
      async () => {
        const { events } = await wave.fetchHistory();
        return events?.filter((event) => event.activityTaskFailedEventAttributes).length === 2;
      },
      120_000,
    );
    assert.equal(new Set(keysOf('failing')).size, 2);
    assert.equal((await waveProgress(wave)).requests.length, 2);
    const { resume } = await continued(wave);
    assert.equal(resume?.told?.length, 2);
    assert.deepEqual(
      resume?.notes.map(({ text }) => text).toSorted(),
      ['w1-g1', 'w1-g2'].map(
        (name) => `nobody was told of ${name}, after up to 5 tries: ${host} answered with status 500`,
      ),
    );
    assert.equal((await approveAll(harness.client, run)).status, 'completed');
    assert.equal(await asked(wave), 0, 'what was given up was told again');
    assert.deepEqual(finals(await assertSound(folder)), taskIds(folder));
  });
});
