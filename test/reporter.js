/**
 * Mocha's `spec` reporter with a last line for programs: `N passed, N failed`, and `, N skipped` where some were. Plain
 * JavaScript, because mocha loads its reporter by `require`.
 */
import Mocha from 'mocha';

export default class CountingReporter extends Mocha.reporters.Spec {
  epilogue() {
    super.epilogue();
    const { passes, failures, pending } = this.stats;
    const skipped = pending > 0 ? `, ${pending} skipped` : '';
    Mocha.reporters.Base.consoleLog(`${passes} passed, ${failures} failed${skipped}`);
  }
}
