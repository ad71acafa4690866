/** `npm run screenshots`: plays the stories and writes the pictures of docs/operating.md. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../house/source-files.ts';
import { findChromium, NO_CHROMIUM } from './chromium.ts';
import { openStage } from './stage.ts';
import { STORIES } from './stories.ts';

const images = join(ROOT, 'docs/images');
const chromium = findChromium(process.env);
if (chromium === null) throw new Error(NO_CHROMIUM);
mkdirSync(images, { recursive: true });
const stage = await openStage(chromium, images);
try {
  for (const { title, play } of STORIES) {
    console.log(title);
    await play(stage);
  }
} finally {
  await stage.close();
}
