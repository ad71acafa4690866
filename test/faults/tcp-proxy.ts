/** A TCP proxy between a process and the Temporal server: cuts the connection, holds it, or makes it slow. */
import { createServer, connect, type Server, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';

export class TcpProxy {
  /** Connections that were refused or broken by a cut. */
  severed = 0;
  /** Pieces of data that were held back by a stall or a delay. */
  held = 0;
  private cutting = false;
  private stalling = false;
  private delayMs = 0;
  private readonly server: Server;
  private readonly sockets = new Set<Socket>();
  private readonly pipes = new Set<() => void>();

  private constructor(server: Server) {
    this.server = server;
  }

  /** A proxy on a loopback port of its own to `target`, `host:port`. */
  static async start(target: string): Promise<TcpProxy> {
    const server = createServer();
    const proxy = new TcpProxy(server);
    const { hostname, port } = new URL(`tcp://${target}`);
    server.on('connection', (near) => proxy.join(near, connect({ host: hostname, port: Number(port) })));
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(0, '127.0.0.1', resolve);
    });
    return proxy;
  }

  get address(): string {
    return `127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** Breaks every connection, and each new one at once, until `heal`. */
  cut(): void {
    this.cutting = true;
    this.severed += this.sockets.size;
    for (const socket of this.sockets) socket.destroy();
  }

  /** Holds all data in both directions until `heal`; connections stay open, as in a network that swallows packets. */
  stall(): void {
    this.stalling = true;
  }

  /** Delays all data in each direction. */
  delay(ms: number): void {
    this.delayMs = ms;
  }

  heal(): void {
    this.cutting = false;
    this.stalling = false;
    this.delayMs = 0;
    for (const pump of this.pipes) pump();
  }

  async stop(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.server.close(() => resolve()));
    for (const socket of this.sockets) socket.destroy();
    await closed;
  }

  private join(near: Socket, far: Socket): void {
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      this.sockets.add(from);
      this.pipe(from, to);
      from.on('error', () => undefined);
      from.on('close', () => {
        this.sockets.delete(from);
        to.destroy();
      });
    }
    if (!this.cutting) return;
    this.severed += 1;
    near.destroy();
  }

  /** Passes data on in order, each piece once it is due. */
  private pipe(from: Socket, to: Socket): void {
    const waiting: { due: number; piece: Buffer }[] = [];
    const pump = (): void => {
      while (!this.stalling) {
        const next = waiting[0];
        if (next === undefined) return;
        const left = this.delayMs === 0 ? 0 : next.due - performance.now();
        if (left > 0) {
          setTimeout(pump, left).unref();
          return;
        }
        waiting.shift();
        if (!to.destroyed) to.write(next.piece);
      }
    };
    this.pipes.add(pump);
    from.setNoDelay(true);
    from.on('data', (piece: Buffer) => {
      if (this.stalling || this.delayMs > 0) this.held += 1;
      waiting.push({ due: performance.now() + this.delayMs, piece });
      pump();
    });
    from.on('close', () => this.pipes.delete(pump));
  }
}
