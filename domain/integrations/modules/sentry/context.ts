import { z } from 'zod'
import { contextReader } from '../common/context-reader.ts'

/** How bad it is, from the least to the worst. */
export const SEVERITIES = ['debug', 'info', 'warning', 'error', 'fatal'] as const
export const Severity = z.enum(SEVERITIES)
export type Severity = z.infer<typeof Severity>

/** One line of a stack trace. */
export const StackFrame = z.object({
  file: z.string().optional(),
  function: z.string().optional(),
  module: z.string().optional(),
  line: z.number().optional(),
  /** Whether the code is the application's own, not a library's. */
  inApp: z.boolean().optional(),
})
export type StackFrame = z.infer<typeof StackFrame>

/** What a run and its agent are told of a Sentry event; absent where the event has no such thing. */
export const SentryContext = z.object({
  /** What Sentry calls the delivery: `issue`, `error`, `event_alert`, `metric_alert`. */
  resource: z.string(),
  action: z.string(),
  organization: z.string().optional(),
  /** The slugs of the projects it is about; more than one only for metric alerts. */
  projects: z.array(z.string()).optional(),
  issueId: z.string().optional(),
  /** What people call the issue, such as FRONT-END-9. */
  shortId: z.string().optional(),
  issueUrl: z.string().optional(),
  eventId: z.string().optional(),
  eventUrl: z.string().optional(),
  title: z.string().optional(),
  culprit: z.string().optional(),
  /** For a metric alert: critical counts as fatal. */
  level: Severity.optional(),
  environment: z.string().optional(),
  platform: z.string().optional(),
  release: z.string().optional(),
  status: z.string().optional(),
  substatus: z.string().optional(),
  /** How often it happened, and to how many people. */
  count: z.number().optional(),
  userCount: z.number().optional(),
  firstSeen: z.string().optional(),
  lastSeen: z.string().optional(),
  assignee: z.string().optional(),
  exceptionType: z.string().optional(),
  exceptionValue: z.string().optional(),
  /** The rule that raised an alert, and what it measured. */
  alertRule: z.string().optional(),
  alertDescription: z.string().optional(),
  /** The ten lines nearest to where it happened; that line comes last. */
  stackFrames: z.array(StackFrame).optional(),
  /** Files of the application in the stack trace, the nearest to where it happened first. */
  relatedFiles: z.array(z.string()).optional(),
})
export type SentryContext = z.infer<typeof SentryContext>

/** The Sentry part of an event's context. Throws when the event is not one of this module's. */
export const sentryContextOf = contextReader('sentry', SentryContext)
