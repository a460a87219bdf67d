import { z } from 'zod'
import { CompletionOutcome } from '#schema/contracts/runs'

/** Platform tools that are executed by the Session; their files in the sandbox have these names (a6 §6.4). */
export const PlatformTool = z.enum(['verify', 'save_snapshot', 'automation_complete'])
export type PlatformTool = z.infer<typeof PlatformTool>

/** Where a tool posts its call; outside contract, so it is snake_case on the wire (decision D17). */
export const ToolCallRequest = z.strictObject({
  session_id: z.uuid(),
  /** `<harness session>/<message>/<call>`: the bare call id comes from the model and collides (decision D9a). */
  tool_call_id: z.string().min(1).max(500),
  params: z.record(z.string(), z.unknown()),
})
export type ToolCallRequest = z.infer<typeof ToolCallRequest>

export const ToolResult = z.object({ success: z.boolean(), result: z.string(), data: z.unknown().optional() })
export type ToolResult = z.infer<typeof ToolResult>

export const ToolCallReply = z.union([
  z.object({ result: ToolResult }),
  z.object({ status: z.literal('executing'), retry_after_ms: z.number().int() }),
])
export type ToolCallReply = z.infer<typeof ToolCallReply>

/** Relative, inside the workspace, no way out of it. */
const Folder = z
  .string()
  .min(1)
  .max(500)
  .refine((path) => !path.startsWith('/') && !path.split('/').includes('..'), 'Must lie inside the workspace')

export const VerifyParams = z.strictObject({ folder: Folder.default('.proliferate/.verification/') })

export const SaveSnapshotParams = z.strictObject({ message: z.string().max(500).optional() })

export const AutomationCompleteParams = z.strictObject({
  run_id: z.uuid(),
  completion_id: z.string().min(1).max(200),
  outcome: CompletionOutcome,
  summary_markdown: z.string().max(20_000).optional(),
  citations: z.array(z.string().max(2_000)).max(50).optional(),
  diff_ref: z.string().max(500).optional(),
  test_report_ref: z.string().max(500).optional(),
  side_effect_refs: z.array(z.string().max(500)).max(50).optional(),
})
export type AutomationCompleteParams = z.infer<typeof AutomationCompleteParams>

export const RequestEnvVariablesParams = z.strictObject({
  keys: z
    .array(
      z.strictObject({
        key: z.string().regex(/^[A-Za-z_][A-Za-z0-9_]{0,127}$/),
        description: z.string().max(500).optional(),
        type: z.enum(['env', 'secret']).default('env'),
        required: z.boolean().default(true),
        suggestions: z
          .array(
            z.strictObject({
              label: z.string().max(200),
              value: z.string().max(2_000).optional(),
              instructions: z.string().max(2_000).optional(),
            }),
          )
          .max(10)
          .default([]),
      }),
    )
    .min(1)
    .max(30),
})
