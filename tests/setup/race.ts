import pg from 'pg'

const SETTLE_MS = 300

/**
 * Lets statements meet on the same rows, which timing alone does not: holds the rows that `lock` selects while
 * `contenders` start, until each of them waits for them or has passed them over; then lets go. At most a dozen
 * contenders: more would wait for a connection instead.
 */
export async function raceOn<Result>(
  databaseUrl: string,
  input: { lock: string; contenders: () => Promise<Result>[] },
): Promise<Result[]> {
  const holder = new pg.Client({ connectionString: databaseUrl })
  await holder.connect()
  try {
    await holder.query('begin')
    await holder.query(`${input.lock} for update`)
    const running = Promise.all(input.contenders())
    await new Promise((resolve) => setTimeout(resolve, SETTLE_MS))
    await holder.query('commit')
    return await running
  } finally {
    await holder.end()
  }
}
