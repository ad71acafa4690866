import type { Bug } from './bug.ts';
import { DECIDING_BUGS } from './bugs/deciding.ts';
import { DISPATCH_BUGS } from './bugs/dispatch.ts';
import { FILE_BUGS } from './bugs/files.ts';
import { MEASURING_BUGS } from './bugs/measuring.ts';

export const BUGS: readonly Bug[] = [...DISPATCH_BUGS, ...FILE_BUGS, ...DECIDING_BUGS, ...MEASURING_BUGS];
