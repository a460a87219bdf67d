import { z } from 'zod'
import { Id } from '#schema/contracts/common'
import type { Enrichment } from '#schema/contracts/runs'

export interface EnrichmentSource {
  automation: { id: string; name: string }
  event: { provider: string; eventType: string; title: string; url: string | null; dedupKey: string; context: unknown }
}

/** Providers whose context is copied, in the order in which the first present one is taken (b1 §1.6). */
const PROVIDERS = ['linear', 'sentry', 'github', 'posthog', 'gmail'] as const
/** Where the link to the event stands, the best place first (b1 §1.6). */
const LINKS = [
  ['linear', ['issueUrl']],
  ['sentry', ['issueUrl']],
  ['github', ['issueUrl', 'prUrl', 'compareUrl', 'workflowUrl']],
  ['posthog', ['eventUrl']],
] as const

const Context = z.record(z.string(), z.unknown())

/**
 * Enrichment payload version 1, out of what the event already carries: pure, no network, no model. A `problem` says
 * why there can be none.
 */
export function buildEnrichment(source: EnrichmentSource): { enrichment: Enrichment } | { problem: string } {
  const context = Context.safeParse(source.event.context)
  if (!context.success) return { problem: 'The context of the event is not an object' }
  const title = source.event.title.trim()
  if (title === '') return { problem: 'The event has no title' }
  const { automation, event } = source
  const providerContext = providerContextOf(context.data)
  return {
    enrichment: {
      version: 1,
      provider: event.provider,
      summary: { title, description: descriptionOf(context.data, providerContext) },
      source: { url: linkOf(context.data) ?? event.url, externalId: event.dedupKey, eventType: event.eventType },
      relatedFiles: z.array(z.string()).catch([]).parse(context.data.relatedFiles),
      suggestedRepoId: Id.nullable().catch(null).parse(context.data.suggestedRepoId ?? null),
      providerContext,
      automationContext: {
        automationId: automation.id,
        automationName: automation.name,
        hasLlmFilter: false,
        hasLlmAnalysis: false,
      },
    },
  }
}

function providerContextOf(context: Record<string, unknown>): Record<string, unknown> {
  for (const provider of PROVIDERS) {
    const found = Context.safeParse(context[provider])
    if (found.success) return found.data
  }
  return {}
}

/** What was said, the most particular text first: a comment says more about an event than the issue it stands under. */
function descriptionOf(context: Record<string, unknown>, provider: Record<string, unknown>): string | null {
  const said = [context.description, provider.commentBody, provider.body, provider.description]
  return said.map(textOf).find((text) => text !== null) ?? null
}

function linkOf(context: Record<string, unknown>): string | null {
  for (const [provider, fields] of LINKS) {
    const found = Context.safeParse(context[provider])
    if (!found.success) continue
    for (const field of fields) {
      const link = textOf(found.data[field])
      if (link) return link
    }
  }
  return null
}

const textOf = (value: unknown): string | null => (typeof value === 'string' && value.trim() !== '' ? value : null)
