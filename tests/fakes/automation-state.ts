import type { Automation } from '#schema/contracts/automations'
import type { Integration } from '#schema/contracts/integrations'
import type { PollGroup } from '#schema/contracts/poll-groups'
import type { TriggerTest } from '#schema/contracts/trigger-tests'
import type { TriggerListItem, WebhookEndpoint } from '#schema/contracts/triggers'

/** The only credential that any service takes. */
export const GOOD_TOKEN = 'lin_api_good'

/** What runs by itself, on what, and through which connections. */
export class AutomationState {
  all: Automation[] = []
  when: TriggerListItem[] = []
  integrations: Integration[] = []
  endpoints: WebhookEndpoint[] = []
  pollGroups: PollGroup[] = []
  /** What the next try says. */
  verdict: TriggerTest = { events: [], reason: 'unsupported_event', isIncomplete: false, decisions: [] }
  private made = 0

  /** A number for the next thing that is made. */
  next(): number {
    this.made += 1
    return 70_000 + this.made
  }
}
