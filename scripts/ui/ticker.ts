/** Says what is being waited for, and every two seconds that it still is. */
export async function withTicker<T>(sentence: string, work: () => Promise<T>): Promise<T> {
  console.log(`${sentence} …`);
  const startedAt = Date.now();
  const timer = setInterval(() => console.log(`  … ${Math.round((Date.now() - startedAt) / 1000)} s`), 2_000);
  try {
    return await work();
  } finally {
    clearInterval(timer);
  }
}
