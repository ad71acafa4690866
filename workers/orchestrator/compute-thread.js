// What a computing thread runs. Plain JavaScript, because a thread starts without the loader for TypeScript.
import { register } from 'tsx/esm/api';

register();
const { computed } = await import('./compute-activities.ts');

/** Carries out one activity and answers with its result, or with what went wrong in a form that survives the way back. */
export default async function run({ name, dataRoot, args }) {
  return computed(name, dataRoot, args);
}
