/** Times that most people mean. */
export const PRESETS = [
  { cron: '*/15 * * * *', label: 'Every 15 minutes' },
  { cron: '0 * * * *', label: 'Every hour' },
  { cron: '0 9 * * *', label: 'Every day at 9:00' },
  { cron: '0 9 * * MON-FRI', label: 'Every weekday at 9:00' },
  { cron: '0 9 * * MON', label: 'Every Monday at 9:00' },
  { cron: '0 9 1 * *', label: 'On the first of every month at 9:00' },
] as const

/** A cron expression as people say it, where it is one of the usual ones. */
export function cronInWords(cron: string): string {
  return PRESETS.find((preset) => preset.cron === cron.trim())?.label ?? cron
}

/** The zones that the browser knows, UTC first. */
export function timeZones(): string[] {
  return ['UTC', ...Intl.supportedValuesOf('timeZone').filter((zone) => zone !== 'UTC')]
}

/** The zone of the person who looks. */
export function ownTimeZone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone
}

/** A moment on the clock of a zone; on the reader's own, named so, where the browser does not know that zone. */
export function firingInZone(at: string, timeZone: string): string {
  const date = new Date(at)
  const format = { weekday: 'short', day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' } as const
  try {
    return date.toLocaleString(undefined, { ...format, hourCycle: 'h23', timeZone })
  } catch {
    return `${date.toLocaleString(undefined, { ...format, hourCycle: 'h23' })} on your clock`
  }
}
