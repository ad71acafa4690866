/**
 * Preloaded into a process under test, and into its threads (`NODE_OPTIONS=--import …`): breaks its files and its clock
 * as the control file says, which may change at any time. The product's own code stays as it is.
 *
 * Control file: `{id, fs: {path, step, nth, fault} | null, clockMs}`. From the `nth` step of that kind on a file whose path
 * matches `path`, counted per thread and `id`, each fails with the code `fault`; `once:<code>` fails a single one, `hold`
 * stands still there until the control file has another id. Each hit is a line `id step path` in
 * `<control file>.hits`; the first use of a moved clock is one too.
 */
import fs from 'node:fs';
import files from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { setTimeout as wait } from 'node:timers/promises';

const control = process.env.WAVEWRIGHT_FAULT_CONTROL;
const NOTHING = { id: 0, fs: null, clockMs: 0 };
const MESSAGES = { ENOSPC: 'no space left on device', EIO: 'i/o error' };

function orders() {
  try {
    return JSON.parse(fs.readFileSync(control, 'utf8'));
  } catch {
    return NOTHING;
  }
}

let counted = { id: 0, steps: 0 };

/** Before a step on `path`: throws, stands still, or lets it pass. */
async function step(name, path) {
  const { id, fs: order } = orders();
  if (order === null || path === undefined || !new RegExp(order.path).test(path)) return;
  if (order.step !== 'any' && order.step !== name) return;
  if (counted.id !== id) counted = { id, steps: 0 };
  counted.steps += 1;
  if (counted.steps < order.nth) return;
  const [code, once] = order.fault.startsWith('once:') ? [order.fault.slice(5), true] : [order.fault, false];
  if (once && counted.steps > order.nth) return;
  fs.appendFileSync(`${control}.hits`, `${id} ${name} ${path}\n`);
  if (code === 'hold') {
    while (orders().id === id) await wait(10);
    return;
  }
  const error = new Error(`${code}: ${MESSAGES[code]}, ${name} '${path}'`);
  throw Object.assign(error, { code, errno: code === 'EIO' ? -5 : -28, syscall: name, path });
}

async function breakFiles() {
  const paths = new WeakMap();
  const real = { open: files.open, link: files.link, rename: files.rename, mkdir: files.mkdir };
  files.open = async (path, flags = 'r', mode) => {
    if (/[wa]/.test(String(flags))) await step('open', String(path));
    const handle = await real.open(path, flags, mode);
    paths.set(handle, String(path));
    return handle;
  };
  for (const name of ['link', 'rename']) {
    files[name] = async (from, to) => {
      await step(name, String(to));
      return real[name](from, to);
    };
  }
  files.mkdir = async (path, options) => {
    await step('mkdir', String(path));
    return real.mkdir(path, options);
  };
  const probe = await real.open(process.execPath, 'r');
  const prototype = Object.getPrototypeOf(probe);
  await probe.close();
  const methods = { appendFile: 'write', write: 'write', writeFile: 'write', sync: 'sync', datasync: 'sync' };
  for (const [method, name] of Object.entries(methods)) {
    const plain = prototype[method];
    prototype[method] = async function broken(...args) {
      await step(name, paths.get(this));
      return plain.apply(this, args);
    };
  }
  syncBuiltinESMExports();
}

function bendClock() {
  const RealDate = Date;
  let offset = 0;
  let told = 0;
  setInterval(() => (offset = orders().clockMs), 20).unref();
  const now = () => {
    if (offset !== told) fs.appendFileSync(`${control}.hits`, `${orders().id} clock ${offset}\n`);
    told = offset;
    return RealDate.now() + offset;
  };
  globalThis.Date = class extends RealDate {
    constructor(...args) {
      super(...(args.length === 0 ? [now()] : args));
    }

    static now() {
      return now();
    }
  };
}

if (control !== undefined) {
  await breakFiles();
  bendClock();
}
