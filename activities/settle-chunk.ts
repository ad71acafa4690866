import { reportChunk } from '../domain/dispatch/chunk-report.ts';
import type { ChunkReport } from '../domain/dispatch/state.ts';
import { latestSegment, readWhole } from '../store/segments/segment-reader.ts';
import type { Dependencies } from './dependencies.ts';
import { waveFiles } from './dependencies.ts';
import type { FoldAcceptedArgs, SettleChunkArgs } from './interface.ts';

/** Reads what a lost chunk left behind: the whole lines of its newest segment. What is written after this counts for nothing. */
export function createSettleChunk({ dataRoot }: Pick<Dependencies, 'dataRoot'>) {
  return async function settleChunk(args: SettleChunkArgs): Promise<ChunkReport> {
    const { chunk } = args;
    const files = waveFiles(dataRoot, args.ref);
    const file = await latestSegment(files.root, files.segmentBase(chunk.seq, chunk.agentId));
    if (file === null) return reportChunk(chunk, [], null);
    const { lines, bytes, sha256 } = await readWhole(files.root, file);
    return reportChunk(chunk, lines, { file, lines: lines.length, bytes, sha256 });
  };
}

/** Puts a long list of accepted segments into a file, so that the workflow's state stays small. */
export function createFoldAccepted({ dataRoot }: Pick<Dependencies, 'dataRoot'>) {
  return async function foldAccepted(args: FoldAcceptedArgs): Promise<{ sha256: string }> {
    const files = waveFiles(dataRoot, args.ref);
    return { sha256: await files.foldAccepted(args.list, args.previous, args.segments) };
  };
}
