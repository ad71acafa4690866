/**
 * Reads instance files as they are published for R||Cmax: a first line `<tasks> <agents> 0`, then tasks × agents positive
 * numbers, task by task, one a line.
 */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { denseTimes, type ExpectedTimes } from '../../../domain/scheduling/expected-times.ts';
import type { NamedTimes } from './instance.ts';

const INSTANCE_NAME = /\.\d+$/;
const NUMBER = /^\d+(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

/** Times are multiplied and added up. */
const TIME_MAX = 1e100;

/** Every file whose name ends in a dot and digits, by name; only that of the name, where there is one. */
export function readInstances(folder: string, only?: string): NamedTimes[] {
  return instanceFiles(folder)
    .filter((file) => only === undefined || nameOf(file) === only)
    .map((file) => {
      const path = join(folder, file);
      return { name: nameOf(file), times: parseInstance(path, readFileSync(path, 'utf8')) };
    });
}

export function instanceNames(folder: string): string[] {
  return instanceFiles(folder).map(nameOf);
}

function instanceFiles(folder: string): string[] {
  const stats = statSync(folder, { throwIfNoEntry: false });
  if (!stats?.isDirectory()) {
    throw new Error(`--instances ${folder}: ${stats ? 'it is no folder' : 'there is no such folder'}`);
  }
  const files = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => INSTANCE_NAME.test(entry.name) && !entry.isDirectory())
    .map(({ name }) => name)
    .sort();
  if (files.length === 0) {
    throw new Error(`--instances ${folder}: no instance files, expected names such as u_c_hihi.0`);
  }
  return files;
}

/** `u_c_hihi.0` is called `u_c_hihi`. */
function nameOf(file: string): string {
  return file.replace(/\.0$/, '');
}

/** A dense matrix. Throws an error that names file and line, what was found there, and what was expected. */
export function parseInstance(path: string, text: string): ExpectedTimes {
  const lines = text.split(/\r?\n/);
  const fault = (index: number, expected: string) => {
    const found = index < lines.length ? JSON.stringify(lines[index]!.slice(0, 40)) : 'the end of the file';
    return new Error(`${path}:${index + 1}: found ${found}, expected ${expected}`);
  };
  while (lines.at(-1)?.trim() === '') lines.pop();
  const shape = /^\s*([1-9]\d*)\s+([1-9]\d*)\s+0\s*$/.exec(lines[0] ?? '');
  if (!shape) throw fault(0, '"<tasks> <agents> 0"');
  const [tasks, agents] = [Number(shape[1]), Number(shape[2])];
  const count = tasks * agents;
  const ofAll = `(${tasks} × ${agents} = ${count} in all)`;
  if (lines.length - 1 > count) throw fault(count + 1, `the end of the file after ${count} times`);
  const cost = new Float64Array(Math.min(count, lines.length - 1));
  cost.forEach((_, at) => {
    const word = lines[at + 1]!.trim();
    const value = NUMBER.test(word) ? Number(word) : NaN;
    if (!(value > 0 && value < TIME_MAX)) throw fault(at + 1, `a time above 0 and below ${TIME_MAX} ${ofAll}`);
    cost[at] = value;
  });
  if (cost.length < count) throw fault(lines.length, `time ${cost.length + 1} ${ofAll}`);
  return denseTimes(tasks, agents, cost);
}
