/**
 * Reads instance files as they are published for R||Cmax: a first line `<tasks> <agents> 0`, then tasks × agents positive
 * numbers, task by task, one a line.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { denseTimes, type ExpectedTimes } from '../../../domain/scheduling/expected-times.ts';
import type { NamedTimes } from './instance.ts';

const INSTANCE_NAME = /\.\d+$/;
const NUMBER = /^\d+(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

/** Every file whose name ends in a dot and digits, by name; `u_c_hihi.0` is called `u_c_hihi`. */
export function readInstances(folder: string): NamedTimes[] {
  const files = readdirSync(folder)
    .filter((name) => INSTANCE_NAME.test(name))
    .sort();
  if (files.length === 0) throw new Error(`${folder}: no instance files, expected names such as u_c_hihi.0`);
  return files.map((file) => {
    const path = join(folder, file);
    return { name: file.replace(/\.0$/, ''), times: parseInstance(path, readFileSync(path, 'utf8')) };
  });
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
    if (!(value > 0 && value < Infinity)) throw fault(at + 1, `a time, a number above 0 ${ofAll}`);
    cost[at] = value;
  });
  if (cost.length < count) throw fault(lines.length, `time ${cost.length + 1} ${ofAll}`);
  return denseTimes(tasks, agents, cost);
}
