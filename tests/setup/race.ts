import pg from 'pg'

const LOOK_MS = 20
const PATIENCE_MS = 15_000

/**
 * Lets statements meet on the same rows, which timing alone does not: holds the rows that `lock` selects while
 * `contenders` start, until each of them waits for a lock or has passed the rows over; then lets go. At most a dozen
 * contenders: more would wait for a connection instead. Throws when they do not meet.
 */
export async function raceOn<Result>(
  databaseUrl: string,
  input: { lock: string; contenders: () => Promise<Result>[] },
): Promise<Result[]> {
  const holder = new pg.Client({ connectionString: databaseUrl })
  // Not the same one: within a transaction the list of who waits does not change.
  const looker = new pg.Client({ connectionString: databaseUrl })
  await Promise.all([holder.connect(), looker.connect()])
  try {
    await holder.query('begin')
    await holder.query(`${input.lock} for update`)
    let settled = 0
    const contenders = input.contenders()
    const count = () => {
      settled += 1
    }
    for (const contender of contenders) contender.then(count, count)
    const deadline = Date.now() + PATIENCE_MS
    while (settled + (await waitersSeenBy(looker)) < contenders.length) {
      if (Date.now() > deadline) throw new Error('The contenders did not meet')
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS))
    }
    await holder.query('commit')
    return await Promise.all(contenders)
  } finally {
    await Promise.all([holder.end(), looker.end()])
  }
}

async function waitersSeenBy(looker: pg.Client): Promise<number> {
  const { rows } = await looker.query<{ waiting: number }>(
    `select count(*)::int as waiting from pg_stat_activity
     where datname = current_database() and wait_event_type = 'Lock'`,
  )
  return rows[0]?.waiting ?? 0
}
