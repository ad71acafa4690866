/** Loopback ports: find a free one, and say who holds a taken one. */
import { execFile } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { readFile, readdir, readlink } from 'node:fs/promises';
import { createServer } from 'node:net';

const loopback = '127.0.0.1';

/** Below the ports that systems give to outgoing connections, one of which could take a port before the server has it. */
const FREE_PORTS = { from: 20_000, to: 32_767 };
const TRIES = 50;

/** A loopback port that was free a moment ago. */
export async function freePort(): Promise<number> {
  const { from, to } = FREE_PORTS;
  for (let tries = 1; ; tries++) {
    const port = randomInt(from, to + 1);
    try {
      return await listenOnce(port);
    } catch (error) {
      if (tries === TRIES) throw error;
    }
  }
}

/** Throws when the server's port or that of its web page is taken; the message names it, its holder where that can be found out, and what to do. */
export async function requireFreePorts({ port, uiPort }: { port: number; uiPort: number }): Promise<void> {
  await requireFreePort(port, 'the Temporal server', 'choose another port with --port');
  await requireFreePort(uiPort, "the Temporal server's web page", 'choose another port with --ui-port');
}

async function requireFreePort(port: number, use: string, advice: string): Promise<void> {
  try {
    await listenOnce(port);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    const owner = await portOwner(port);
    const holder = owner === null ? 'another program' : `${owner.program} (process ${owner.pid})`;
    throw new Error(`Port ${port} for ${use} is taken by ${holder}. Stop that program, or ${advice}.`);
  }
}

function listenOnce(port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(port, loopback, () => {
      const address = server.address();
      const found = typeof address === 'object' && address !== null ? address.port : port;
      server.close(() => resolve(found));
    });
  });
}

export interface PortOwner {
  pid: number;
  program: string;
}

/** The process that listens on `port`; null when it cannot be found out (another user's process, no `lsof`). */
export async function portOwner(port: number): Promise<PortOwner | null> {
  return process.platform === 'linux' ? ownerFromProc(port) : ownerFromLsof(port);
}

async function ownerFromProc(port: number): Promise<PortOwner | null> {
  const inodes = new Set<string>();
  for (const table of ['/proc/net/tcp', '/proc/net/tcp6']) {
    const text = await readFile(table, 'utf8').catch(() => '');
    for (const line of text.split('\n').slice(1)) {
      // Columns: slot, local address:port in hex, remote, state (0A: listening), …, inode as the tenth.
      const columns = line.trim().split(/\s+/);
      const localPort = Number.parseInt(columns[1]?.split(':')[1] ?? '', 16);
      if (localPort === port && columns[3] === '0A' && columns[9] !== undefined) inodes.add(columns[9]);
    }
  }
  if (inodes.size === 0) return null;
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    const descriptors = await readdir(`/proc/${pid}/fd`).catch(() => []);
    for (const descriptor of descriptors) {
      const target = await readlink(`/proc/${pid}/fd/${descriptor}`).catch(() => '');
      const inode = /^socket:\[(\d+)\]$/.exec(target)?.[1];
      if (inode === undefined || !inodes.has(inode)) continue;
      const program = (await readFile(`/proc/${pid}/comm`, 'utf8').catch(() => 'a program')).trim();
      return { pid: Number(pid), program };
    }
  }
  return null;
}

function ownerFromLsof(port: number): Promise<PortOwner | null> {
  return new Promise((resolve) => {
    execFile('lsof', ['-nP', `-iTCP:${port}`, '-sTCP:LISTEN', '-Fpc'], (error, stdout) => {
      const pid = /^p(\d+)$/m.exec(stdout)?.[1];
      const program = /^c(.+)$/m.exec(stdout)?.[1];
      resolve(error !== null || pid === undefined ? null : { pid: Number(pid), program: program ?? 'a program' });
    });
  });
}
