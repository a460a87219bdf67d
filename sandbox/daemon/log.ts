/** One JSON line per thing that happened, to standard output, which the host writes into the sandbox's log file. */
export interface DaemonLog {
  info(event: string, fields?: Record<string, unknown>): void
  warn(event: string, fields?: Record<string, unknown>): void
}

// With the host its end of our output goes too. A failed write is an event of its own then, and writing that down would fail
// again, for ever.
process.stdout.on('error', () => undefined)

export const daemonLog: DaemonLog = { info: write('info'), warn: write('warn') }

function write(level: string) {
  return (event: string, fields: Record<string, unknown> = {}) =>
    void process.stdout.write(`${JSON.stringify({ at: new Date().toISOString(), level, event, ...fields })}\n`)
}
