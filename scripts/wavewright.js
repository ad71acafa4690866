#!/usr/bin/env node
// Plain JavaScript that any Node understands, so that an old one is told what is missing instead of a syntax error.
const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(
    `error: Wavewright needs Node 20.19 or newer, and this is ${process.versions.node}. Install a newer Node.`,
  );
  process.exit(2);
}
const { register } = await import('tsx/esm/api');
register();
const { main } = await import('./cli.ts');
await main(process.argv);
