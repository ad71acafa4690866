import { countedBeside, countedLines } from '../domain/dispatch/counted-lines.ts';
import { reportChunk } from '../domain/dispatch/chunk-report.ts';
import type { ChunkReport } from '../domain/dispatch/protocol.ts';
import { latestSegment, readWhole } from '../store/segments/segment-reader.ts';
import type { Dependencies } from './dependencies.ts';
import { waveFiles } from './dependencies.ts';
import type { FoldAcceptedArgs, SettleChunkArgs } from './interface.ts';

const NOTHING = { lines: [], bytes: 0, sha256: '' };

/**
 * Reads what a chunk left behind that was lost or has rivals: the whole lines of its newest segment. What is written
 * after this counts for nothing; nor does what its rivals ended before.
 */
export function createSettleChunk({ dataRoot }: Pick<Dependencies, 'dataRoot'>) {
  return async function settleChunk(args: SettleChunkArgs): Promise<ChunkReport> {
    const { chunk } = args;
    const files = waveFiles(dataRoot, args.ref);
    const file = await latestSegment(files.root, files.segmentBase(chunk.seq, chunk.agentId));
    const { lines, bytes, sha256 } = file === null ? NOTHING : await readWhole(files.root, file);
    const segment = file === null ? null : { file, lines: lines.length, bytes, sha256 };
    if (args.rivals.length === 0) return reportChunk(chunk, countedLines(lines), segment);
    const rivals = await files.linesOf(args.rivals);
    const rows = (await files.lane(chunk.planVersion, chunk.agentId)).slice(chunk.from, chunk.to);
    const ids = rows.map((row) => row.task_id);
    const { counted, elsewhere } = countedBeside(rivals, lines, ids);
    return reportChunk(chunk, counted, segment, { elsewhere });
  };
}

/** Puts a long list of accepted segments into a file, so that the workflow's state stays small. */
export function createFoldAccepted({ dataRoot }: Pick<Dependencies, 'dataRoot'>) {
  return async function foldAccepted(args: FoldAcceptedArgs): Promise<{ sha256: string }> {
    const files = waveFiles(dataRoot, args.ref);
    return { sha256: await files.foldAccepted(args.list, args.previous, args.segments) };
  };
}
