#!/usr/bin/env node
// Plain JavaScript that any Node understands, so that an old one is told what is missing instead of a syntax error.
const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(
    `error: Wavewright needs Node 20.19 or newer, and this is ${process.versions.node}. Install a newer Node.`,
  );
  process.exit(2);
}
const loader = await import('tsx/esm/api').catch(() => null);
if (loader === null) {
  console.error('error: the packages are not installed. Run `npm ci` in the folder of Wavewright first.');
  process.exit(2);
}
loader.register();
const { main } = await import('./cli.ts');
await main(process.argv);
