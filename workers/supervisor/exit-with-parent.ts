/** The child's side of supervision: ends this process when the one that started it is gone. */

/** Set by the supervisor for its children; without it standard input means nothing. */
export const supervisedVariable = 'WAVEWRIGHT_SUPERVISED';

/**
 * Call once at the start of a process that may be supervised. When standard input closes, which the operating system does
 * even when the parent is killed, the process gets SIGTERM as if by hand, so that it stops in its ordinary way, and is
 * ended hard after `graceMs`. Does nothing in a process that a person started. Never keeps the process alive by itself.
 */
export function exitWithParent(graceMs = 15_000): void {
  if (process.env[supervisedVariable] !== '1') return;
  let gone = false;
  const leave = (): void => {
    if (gone) return;
    gone = true;
    setTimeout(() => process.kill(process.pid, 'SIGKILL'), graceMs).unref();
    process.kill(process.pid, 'SIGTERM');
  };
  // Once the parent is gone nobody reads what is printed; that must not end the orderly stop.
  process.stdout.on('error', () => undefined);
  process.stderr.on('error', () => undefined);
  process.stdin.on('end', leave).on('close', leave).on('error', leave).resume();
  // A pipe can be taken out of the event loop's count; its type does not say so.
  (process.stdin as unknown as { unref?: () => void }).unref?.();
}
