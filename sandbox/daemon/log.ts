/** One JSON line per thing that happened, to standard output, which the host writes into the sandbox's log file. */
export interface DaemonLog {
  info(event: string, fields?: Record<string, unknown>): void
  warn(event: string, fields?: Record<string, unknown>): void
}

export const daemonLog: DaemonLog = { info: write('info'), warn: write('warn') }

function write(level: string) {
  return (event: string, fields: Record<string, unknown> = {}) =>
    void process.stdout.write(`${JSON.stringify({ at: new Date().toISOString(), level, event, ...fields })}\n`)
}
