import { MINUTE_MS } from '#kernel/durations'
import { CollectResult } from '#schema/contracts/sandbox-link'
import { VerifyParams } from '#schema/contracts/tools'
import { askDaemon } from '../commands.ts'
import type { LiveSession } from '../live-session.ts'
import { declined, type ToolCall, type ToolOutcome } from './handler.ts'

/** How long the upload of the evidence may take (a6 §6.5). */
const BUDGET_MS = 5 * MINUTE_MS

/** Stores the files of the evidence folder. The same call stores them under the same names, so it is safe to repeat. */
export async function verify(session: LiveSession, call: ToolCall): Promise<ToolOutcome> {
  const { folder } = VerifyParams.parse(call.params)
  const prefix = `verification/${call.toolCallId.replace(/[^\w.-]+/g, '_').replace(/^\.+/, '_')}/`
  const reply = await askDaemon(session, { kind: 'collect', folder, prefix }, BUDGET_MS)
  if (!reply.ok) return declined(`The files could not be stored: ${reply.error ?? 'the sandbox did not say why'}`)
  const { files } = CollectResult.parse(reply.result)
  if (files.length === 0) return declined(`There are no files in ${folder}. Put your evidence there first.`)
  const result = files.length === 1 ? '1 file was stored.' : `${files.length} files were stored.`
  return { result: { success: true, result, data: { prefix, files } } }
}
