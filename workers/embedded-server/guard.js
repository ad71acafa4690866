/**
 * Stands between us and a program that does not notice the death of its parent: starts it, and ends it when our end of
 * standard input closes, which the operating system does even when we are killed. Holds the lock file meanwhile.
 * Plain JavaScript, so that it starts without a loader: `node guard.js <lock file> <program> <arguments…>`.
 *
 * Exit codes: the program's own; 75 when the lock is held by a living process, 74 when the program cannot be started.
 */
import { spawn } from 'node:child_process';
import { linkSync, readFileSync, renameSync, unlinkSync, writeFileSync } from 'node:fs';

const graceMs = 5000;
const [lockFile, program, ...args] = process.argv.slice(2);

function alive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

function read(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null;
  }
}

/** The lock appears whole or not at all: it is written aside and linked to its name, which fails when that exists. */
function takeLock(text) {
  const aside = `${lockFile}.${process.pid}`;
  writeFileSync(aside, text);
  try {
    for (let attempt = 0; attempt < 10; attempt += 1) {
      try {
        linkSync(aside, lockFile);
        return null;
      } catch (error) {
        if (error.code !== 'EEXIST') throw error;
      }
      const found = read(lockFile);
      if (found === null) continue;
      const holder = found
        .split(' ')
        .map(Number)
        .find((pid) => pid > 0 && alive(pid));
      if (holder !== undefined) return holder;
      // Move the dead lock away by rename: of two who try, one moves it; if it was a new one by then, it is put back.
      const dead = `${aside}.dead`;
      try {
        renameSync(lockFile, dead);
        if (read(dead) !== found) linkSync(dead, lockFile);
        unlinkSync(dead);
      } catch {
        // Someone else was faster: look again.
      }
    }
    return 0;
  } finally {
    unlinkSync(aside);
  }
}

const holder = takeLock(`${process.pid}`);
if (holder !== null) {
  console.error(`locked by process ${holder}`);
  process.exit(75);
}

const child = spawn(program, args, { stdio: ['ignore', 'inherit', 'inherit'] });
// With the child's id in it, the lock still holds when this process alone is killed.
if (child.pid !== undefined) {
  writeFileSync(`${lockFile}.new`, `${process.pid} ${child.pid}`);
  renameSync(`${lockFile}.new`, lockFile);
}

function finish(code) {
  try {
    unlinkSync(lockFile);
  } catch {
    // Removed by hand: nothing left to do.
  }
  process.exit(code);
}

let stopping = false;
function stop() {
  if (stopping) return;
  stopping = true;
  child.kill('SIGTERM');
  setTimeout(() => child.kill('SIGKILL'), graceMs).unref();
}

child.on('error', (error) => {
  console.error(`cannot start ${program}: ${error.message}`);
  finish(74);
});
child.on('exit', (code) => finish(stopping ? 0 : (code ?? 1)));
process.stdin.on('end', stop).on('error', stop).resume();
process.on('SIGTERM', stop);
process.on('SIGINT', stop);
process.on('SIGHUP', stop);
