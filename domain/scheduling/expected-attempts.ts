/**
 * Mean number of attempts when each succeeds with probability `success` and at most `limit` are made: the geometric
 * distribution cut off at `limit`, (1 − q^limit) ÷ success, summed as 1 + q + … + q^(limit − 1) so that 0 needs no case.
 */
export function expectedAttempts(success: number, limit: number): number {
  const failure = 1 - success;
  let reached = 1;
  let sum = 0;
  for (let attempt = 1; attempt <= limit; attempt++) {
    sum += reached;
    reached *= failure;
  }
  return sum;
}
