/** From where something was asked for; the product's own work (queues, cron, alarms) has only a trace. */
export interface Origin {
  ip: string | null
  userAgent: string | null
  requestId: string | null
  /** 32 hex digits (kernel/trace.ts). */
  traceId: string | null
}
