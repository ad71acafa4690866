import { groupBy } from '../domain/model/group-by.ts';
import type { ApprovalRequest } from '../domain/model/run.ts';
import { nextCarry } from '../domain/wave/next-carry.ts';
import type { CommitFile } from '../store/ledger/committed-files.ts';
import { commitWave as commitFiles } from '../store/ledger/commit-wave.ts';
import { deriveCommit } from '../store/ledger/derive.ts';
import { SCORE_FILE } from '../store/ledger/scored-forecasts.ts';
import type { WaveFiles } from '../store/waves/wave-files.ts';
import type { Dependencies } from './dependencies.ts';
import { waveFiles } from './dependencies.ts';
import { scoreForecast } from './forecast-score.ts';
import type { CommittedWave, CommitWaveArgs } from './interface.ts';
import * as records from './wave-records.ts';

/**
 * Writes the wave's records and makes them count, all together: the ledger entry is the commit. A dry run's records go
 * to its own folder and are in no ledger. Done again after a crash, it changes nothing.
 */
export function createCommitWave({ dataRoot }: Pick<Dependencies, 'dataRoot'>) {
  return async function commitWave(args: CommitWaveArgs): Promise<CommittedWave> {
    const files = waveFiles(dataRoot, args.ref);
    const context = await files.context.read();
    const { sources, waiting } = await readSources(files, args);
    const { chosen, tuning, measured, signals } = sources;
    const carry = nextCarry(context, chosen, tuning, measured, signals);
    const contents = [
      ...recordFiles(files, sources),
      jsonFile(files, 'evidence.json', { ...sources.stamp, ...measured.evidence }),
      jsonFile(files, 'carry.json', carry),
      { path: `${files.folder}/records/quarantine.jsonl`, records: await files.quarantine.read() },
    ];
    if (args.epoch === null || args.ref.dry_run) {
      for (const file of contents) await writeOne(files, file);
      return { ledger_head: null, carry: files.carry.path() };
    }
    const score = await scoreForecast(files, context, { ...sources, waiting }, args);
    if (score) contents.push(jsonFile(files, SCORE_FILE, score));
    const head = await commitFiles(files.store, {
      epoch: args.epoch,
      execution_id: args.ref.execution_id,
      wave: args.ref.wave,
      at: new Date(args.at).toISOString(),
      files: contents,
    });
    await deriveCommit(files.store, head.entry);
    return { ledger_head: head, carry: files.carry.path() };
  };
}

/** `waiting`: what each plan asked of people. */
async function readSources(
  files: WaveFiles,
  args: CommitWaveArgs,
): Promise<{ sources: records.WaveRecordSources; waiting: ApprovalRequest[][] }> {
  const sources: records.WaveRecordSources = {
    stamp: { execution_id: args.ref.execution_id, dry_run: args.ref.dry_run },
    wave: args.ref.wave,
    at: args.at,
    lines: await files.acceptedLines(args.accepted),
    measured: await files.measured.read(),
    signals: await files.signals.read(),
    chosen: await files.strategy.read(),
    tuning: await files.tuning.read(),
    decisions: [],
    moves: [],
    dead: [],
    schedule: [],
  };
  const waiting: ApprovalRequest[][] = [];
  const planned = new Set<string>();
  for (let version = 1; version <= args.planVersion; version++) {
    if (!(await files.gate(version).exists())) continue;
    const { at, decisions, moves, dead, requests } = await files.gate(version).read();
    sources.decisions.push({ at, decisions });
    sources.moves.push({ at, moves });
    sources.dead.push(...dead);
    waiting.push(requests);
    if (args.ref.dry_run) continue;
    for (const { agent_id } of sources.tuning.settings.agents) {
      for (const row of await files.lane(version, agent_id)) {
        if (planned.has(row.task_id)) continue;
        planned.add(row.task_id);
        sources.schedule.push({ row, originAt: at });
      }
    }
  }
  if (args.ref.dry_run) {
    const originAt = sources.measured.evidence.released_at ?? args.at;
    sources.schedule = (await files.schedule.read()).map((row) => ({ row, originAt }));
  }
  return { sources, waiting };
}

function recordFiles(files: WaveFiles, sources: records.WaveRecordSources): CommitFile[] {
  const folder = `${files.folder}/records`;
  const rows = (name: string, content: unknown[]): CommitFile => ({ path: `${folder}/${name}`, records: content });
  const signals = records.signalRecords(sources);
  return [
    rows('metrics.jsonl', records.metricRecords(sources)),
    rows('anomalies.jsonl', records.anomalyRecords(sources)),
    rows('learning_signals.jsonl', signals),
    rows('meta_optimization_recommendations.jsonl', [records.recommendationRecord(sources)]),
    rows('gate_decisions.jsonl', records.decisionRecords(sources)),
    rows('schedule_moves.jsonl', records.moveRecords(sources)),
    rows('dead_letters.jsonl', records.deadLetterRecords(sources)),
    ...[16, 18, 20].map((phase) =>
      rows(
        `feedback_${phase}.jsonl`,
        signals.filter((signal) => signal.target_phase === phase),
      ),
    ),
    jsonFile(files, 'records/system_health.json', records.healthRecord(sources)),
    ...agentFiles(folder, sources),
  ];
}

/** One set of files per agent of the fleet, also where an agent did nothing. */
function agentFiles(folder: string, sources: records.WaveRecordSources): CommitFile[] {
  const schedule = byAgent(records.scheduleRecords(sources));
  const parameters = byAgent(records.tunedParametersRecords(sources));
  const outcomes = byAgent(records.outcomeRecords(sources));
  return sources.tuning.settings.agents.flatMap(({ agent_id }) => [
    { path: `${folder}/agents/${agent_id}/adjusted_schedule.jsonl`, records: schedule.get(agent_id) ?? [] },
    { path: `${folder}/agents/${agent_id}/tuned_parameters.jsonl`, records: parameters.get(agent_id) ?? [] },
    { path: `${folder}/agents/${agent_id}/outcomes.jsonl`, records: outcomes.get(agent_id) ?? [] },
  ]);
}

function byAgent<Row extends { agent_id: string }>(rows: Row[]): Map<string, Row[]> {
  return groupBy(rows, ({ agent_id }) => agent_id);
}

function jsonFile(files: WaveFiles, name: string, value: unknown): CommitFile {
  return { path: `${files.folder}/${name}`, text: `${JSON.stringify(value, null, 2)}\n` };
}

async function writeOne(files: WaveFiles, file: CommitFile): Promise<void> {
  if ('records' in file) await files.store.writeJsonl(file.path, file.records);
  else await files.store.write(file.path, 'text' in file ? file.text : file.bytes);
}
