import type { Log } from '#kernel/log'
import { redactFields } from '#kernel/redact'
import type { LogLevel, Telemetry } from '#kernel/telemetry'

const SEVERITY: Record<LogLevel, number> = { info: 0, warn: 1, error: 2 }

/** Longer lines are cut by the platform in the middle of their JSON; ours say themselves that they were too long. */
const MAX_LINE_CHARACTERS = 16_000

export interface LogSettings {
  /** The least level that is written; `info` unless given. */
  level?: LogLevel
  /** Where lines go besides the console. */
  telemetry?: Pick<Telemetry, 'log'>
}

/**
 * One JSON line per event; `bound` fields (trace id, request, organization) stand in each. Every line is redacted by
 * name and by shape and has a bounded size, whoever wrote it.
 */
export function structuredLog(bound: Record<string, unknown> = {}, settings: LogSettings = {}): Log {
  const least = SEVERITY[settings.level ?? 'info']
  const safeBound = redactFields(bound)
  const write = (level: LogLevel) => (event: string, fields: Record<string, unknown> = {}) => {
    if (SEVERITY[level] < least) return
    const at = new Date()
    const safe = { ...safeBound, ...redactFields(fields) }
    console[level](lineOf({ level, event, at: at.toISOString() }, safe, safeBound))
    settings.telemetry?.log({ level, event, at, fields: safe })
  }
  return { info: write('info'), warn: write('warn'), error: write('error') }
}

type Fields = Record<string, unknown>

function lineOf(head: Fields, fields: Fields, bound: Fields): string {
  const line = JSON.stringify({ ...fields, ...head })
  if (line.length <= MAX_LINE_CHARACTERS) return line
  return JSON.stringify({ ...bound, ...head, cut: { characters: line.length, fields: Object.keys(fields) } })
}
