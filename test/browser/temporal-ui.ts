/** The Temporal UI as a person uses it: by what is written on it, with clicks and keys. */
import type { FrameLocator, Locator, Page } from 'playwright-core';
import { until } from '../workflows/follow-run.ts';

/** Enough for a busy machine. */
const PATIENCE_MS = 120_000;

export class TemporalUi {
  readonly page: Page;
  private readonly address: string;

  /** `address` is that of the web page, without a slash at its end. */
  constructor(page: Page, address: string) {
    this.page = page;
    this.address = address;
    page.context().setDefaultTimeout(PATIENCE_MS);
  }

  async open(path: string): Promise<void> {
    await this.page.goto(this.address + path);
  }

  /** Fills in the form that starts a workflow. */
  async fillStart(workflowId: string, input: string): Promise<void> {
    await this.page.getByLabel('Workflow ID').fill(workflowId);
    await this.page.getByText('Task Queue is Active').waitFor();
    const form = this.page.getByRole('main');
    let kept = 0;
    // The UI fills in the input of the latest run, whenever it has found it: also over what was written meanwhile.
    const isKept = async () => {
      const shown = await this.editor(form).innerText();
      kept = isSameJson(shown, input) ? kept + 1 : 0;
      if (kept === 0) await this.write(form, input);
      return kept >= 3 ? true : null;
    };
    await until('the form to keep the input', isKept, PATIENCE_MS);
  }

  /** Sends the form off and follows the link to the run that the UI gives. */
  async start(workflowId: string): Promise<void> {
    await this.page.getByRole('button', { name: 'Start Workflow' }).click();
    await this.page.locator(`a[href*="/workflows/${workflowId}"]`).click();
    await this.view('History');
  }

  /** Shows one of the views of a workflow: History, User Metadata, … */
  async view(name: string): Promise<void> {
    await this.page.getByRole('tab', { name }).click();
    await this.page.getByRole('tab', { name, selected: true }).waitFor();
  }

  /** Asks for a fresh board, as the UI says to, until it reads as wanted. Answers with its text. */
  async untilBoard(wanted: RegExp): Promise<string> {
    let seen = '';
    const ask = async () => {
      await this.page.keyboard.press('r');
      seen = await this.board().locator('body').innerText();
      return wanted.test(seen) ? seen : null;
    };
    return until(`the board to say ${wanted}`, ask, PATIENCE_MS).catch((error: unknown) => {
      throw new Error(`the board never said ${wanted}; it said at last:\n${seen}`, { cause: error });
    });
  }

  /** Follows a link of the board, which opens a tab of its own, and goes on there. */
  async followBoard(link: string, workflowId: string): Promise<void> {
    const opened = this.page.context().waitForEvent('page');
    await this.board().getByRole('link', { name: link }).click();
    const tab = await opened;
    await tab.getByRole('heading', { name: workflowId }).waitFor();
    const { pathname } = new URL(tab.url());
    await tab.close();
    await this.open(pathname);
  }

  private board(): FrameLocator {
    // A summary, where there is one, has a frame before it.
    return this.page.locator('iframe').last().contentFrame();
  }

  /** Waits until the workflow shown is over, with this status: Completed, Canceled, … */
  async untilEnded(status: string): Promise<void> {
    await this.page.getByRole('button', { name: 'Request Cancellation' }).waitFor({ state: 'hidden' });
    // The first is the workflow's own; the children's come after it.
    await this.page.getByRole('main').getByText(status, { exact: true }).first().waitFor();
  }

  /** The list of workflows says that it has so many. */
  async untilListed(count: number): Promise<void> {
    await this.page.getByRole('heading', { name: new RegExp(`^${count} Workflows?`) }).waitFor();
  }

  /** Opens a dialog of More Actions, and in it the list of names. */
  async openAction(action: 'Send a Signal' | 'Send an Update'): Promise<Locator> {
    await this.page.getByRole('button', { name: 'More Actions' }).click();
    await this.page.getByRole('menuitem', { name: action }).click();
    const dialog = this.page.getByRole('dialog', { name: action });
    await dialog.getByRole('button', { name: /^Select/ }).click();
    return dialog;
  }

  /** Takes a name from the open list of a dialog; its entry must show this description. */
  async choose(dialog: Locator, name: string, description: string): Promise<void> {
    const entry = dialog.getByRole('option').filter({ has: this.page.getByText(name, { exact: true }) });
    await entry.getByText(description).waitFor();
    await entry.click();
  }

  /** Writes JSON into the input of a form or a dialog. */
  async write(form: Locator, json: string): Promise<void> {
    await this.editor(form).click();
    await this.page.keyboard.press('ControlOrMeta+a');
    await this.page.keyboard.insertText(json);
    // The UI lays the text out afresh when the input is left, which moves the buttons: a click now would miss.
    await this.page.keyboard.press('Tab');
  }

  private editor(form: Locator): Locator {
    return form.locator('[contenteditable=true]').filter({ visible: true }).first();
  }

  async submit(dialog: Locator): Promise<void> {
    await dialog.getByRole('button', { name: 'Submit' }).click();
  }

  async requestCancellation(): Promise<void> {
    await this.page.getByRole('button', { name: 'Request Cancellation' }).click();
    await this.page.getByRole('dialog').getByRole('button', { name: 'Confirm' }).click();
  }
}

function isSameJson(text: string, json: string): boolean {
  try {
    return JSON.stringify(JSON.parse(text)) === JSON.stringify(JSON.parse(json));
  } catch {
    return false;
  }
}
