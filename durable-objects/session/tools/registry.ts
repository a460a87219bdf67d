import type { z } from 'zod'
import { AutomationCompleteParams, type PlatformTool, SaveSnapshotParams, VerifyParams } from '#schema/contracts/tools'
import { automationComplete } from './automation-complete.ts'
import type { ToolHandler } from './handler.ts'
import { saveSnapshot } from './save-snapshot.ts'
import { verify } from './verify.ts'

/** What the Session can execute: each tool with the form of its parameters. */
export const TOOLS: Record<PlatformTool, { params: z.ZodType; run: ToolHandler }> = {
  verify: { params: VerifyParams, run: verify },
  save_snapshot: { params: SaveSnapshotParams, run: saveSnapshot },
  automation_complete: { params: AutomationCompleteParams, run: automationComplete },
}
