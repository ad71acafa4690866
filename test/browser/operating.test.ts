import { findChromium, NO_CHROMIUM } from './chromium.ts';
import { openStage, type Stage } from './stage.ts';
import { STORIES } from './stories.ts';

describe('a person at the Temporal UI', function () {
  this.timeout(360_000);
  // A story goes on where the one before ended.
  this.bail(true);
  let stage: Stage | null = null;

  before(async function () {
    const chromium = findChromium(process.env);
    if (chromium === null) {
      console.log(`The tests in a browser are skipped. ${NO_CHROMIUM}`);
      // There is no browser to test in, and the message says so.
      this.skip();
    }
    stage = await openStage(chromium, null);
  });
  after(() => stage?.close());

  for (const { title, play } of STORIES) {
    it(title, () => play(stage!));
  }
});
