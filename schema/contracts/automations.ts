import { z } from 'zod'
import { Id, Instant } from '#schema/contracts/common'
import { RunStatus } from '#schema/contracts/runs'

/** An automation as the API shows it: WHERE is the configuration, WHAT are the instructions. */
export const Automation = z.object({
  id: Id,
  name: z.string(),
  description: z.string().nullable(),
  enabled: z.boolean(),
  agentInstructions: z.string(),
  modelId: z.string().nullable(),
  defaultConfigurationId: Id.nullable(),
  triggerCount: z.number().int(),
  /** The person who made it, and may change it as a member; null: the product itself. */
  createdBy: z.string().nullable(),
  createdAt: Instant,
  updatedAt: Instant,
})
export type Automation = z.infer<typeof Automation>

/** The runs of a week are counted up to here: one busy automation must not make its list slow. */
export const MAX_COUNTED_RUNS = 1_000

/** An automation in a list, with how it does. Both are null for an API key without `runs:read`. */
export const AutomationListItem = Automation.extend({
  /** The newest run and when it was queued; null also while there is none. */
  lastRun: z.object({ id: Id, status: RunStatus, at: Instant }).nullable(),
  /** How many runs were queued within the last seven days, counted up to 1,000. */
  runsLast7Days: z.number().int().max(MAX_COUNTED_RUNS).nullable(),
})
export type AutomationListItem = z.infer<typeof AutomationListItem>

export const CreateAutomation = z.strictObject({
  name: z.string().trim().min(1).max(200).default('Untitled Automation'),
  description: z.string().max(2_000).nullable().default(null),
  agentInstructions: z.string().trim().max(20_000).default(''),
  modelId: z.string().max(200).nullable().default(null),
  defaultConfigurationId: Id.nullable().default(null),
  enabled: z.boolean().default(true),
})
export type CreateAutomation = z.infer<typeof CreateAutomation>

/** What is left out stays as it is. */
export const UpdateAutomation = z.strictObject({
  name: z.string().trim().min(1).max(200).optional(),
  description: z.string().max(2_000).nullable().optional(),
  agentInstructions: z.string().trim().max(20_000).optional(),
  modelId: z.string().max(200).nullable().optional(),
  defaultConfigurationId: Id.nullable().optional(),
  enabled: z.boolean().optional(),
})
export type UpdateAutomation = z.infer<typeof UpdateAutomation>
