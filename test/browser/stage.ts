/** What a story needs: a server with its web page, an orchestrator, and a browser that shows the page. */
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { Harness } from '../workflows/harness.ts';
import { TemporalUi } from './temporal-ui.ts';

const WINDOW = { width: 1280, height: 900 };

/** Takes a picture of what the window shows, or of its upper part, `height` pixels high. */
export type Picture = (name: string, height?: number) => Promise<void>;

export interface Stage {
  harness: Harness;
  ui: TemporalUi;
  picture: Picture;
  /** Ends the browser, the runs that are still open, and the server. */
  close(): Promise<void>;
}

/** Writes pictures to `images`; takes none when it is null. */
export async function openStage(executablePath: string, images: string | null): Promise<Stage> {
  const harness = await Harness.start();
  const browser = await chromium.launch({ executablePath }).catch(async (error: unknown) => {
    await harness.stop();
    throw error;
  });
  const page = await browser.newPage({ viewport: WINDOW });
  const ui = new TemporalUi(page, harness.uiAddress);
  return {
    harness,
    ui,
    picture: async (name, height = WINDOW.height) => {
      if (images === null) return;
      const clip = { x: 0, y: 0, width: WINDOW.width, height };
      await page.screenshot({ path: join(images, `${name}.png`), clip, animations: 'disabled' });
    },
    close: async () => {
      await browser.close();
      const { workflow } = harness.client;
      for await (const { workflowId } of workflow.list({ query: 'ExecutionStatus = "Running"' })) {
        await workflow
          .getHandle(workflowId)
          .terminate()
          .catch(() => undefined);
      }
      await harness.stop();
    },
  };
}
