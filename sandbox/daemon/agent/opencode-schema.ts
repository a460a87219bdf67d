import { z } from 'zod'

/** What we read of OpenCode 1.18.33; everything else it says is let through unread. */
const Time = z.object({ start: z.number().optional(), end: z.number().optional() })

const ToolState = z.object({
  status: z.string(),
  input: z.record(z.string(), z.unknown()).default({}),
  output: z.string().optional(),
  error: z.string().optional(),
  title: z.string().optional(),
  time: Time.optional(),
})

export const Part = z.object({
  id: z.string(),
  messageID: z.string(),
  sessionID: z.string(),
  type: z.string(),
  text: z.string().optional(),
  time: Time.optional(),
  tool: z.string().optional(),
  callID: z.string().optional(),
  state: ToolState.optional(),
})
export type Part = z.infer<typeof Part>

export const HarnessError = z.object({
  name: z.string(),
  data: z.object({ message: z.string().optional() }).optional(),
})
export type HarnessError = z.infer<typeof HarnessError>

export const MessageInfo = z.object({
  id: z.string(),
  sessionID: z.string(),
  role: z.string(),
  parentID: z.string().optional(),
  finish: z.string().optional(),
  error: HarnessError.optional(),
  time: z.object({ created: z.number(), completed: z.number().optional() }),
})
export type MessageInfo = z.infer<typeof MessageInfo>

export const Message = z.object({ info: MessageInfo, parts: z.array(Part) })
export type Message = z.infer<typeof Message>

export const Status = z.object({
  type: z.string(),
  attempt: z.number().optional(),
  message: z.string().optional(),
})
export type Status = z.infer<typeof Status>

const inSession = <Shape extends z.ZodRawShape>(shape: Shape) => z.object({ sessionID: z.string(), ...shape })

/** The events we act on; `GET /event` sends many more. */
export const HarnessEvent = z.discriminatedUnion('type', [
  z.object({ type: z.literal('message.updated'), properties: inSession({ info: MessageInfo }) }),
  z.object({ type: z.literal('message.part.updated'), properties: inSession({ part: Part }) }),
  z.object({
    type: z.literal('message.part.delta'),
    properties: inSession({ messageID: z.string(), partID: z.string(), field: z.string(), delta: z.string() }),
  }),
  z.object({ type: z.literal('session.status'), properties: inSession({ status: Status }) }),
  z.object({ type: z.literal('session.idle'), properties: inSession({}) }),
  z.object({ type: z.literal('session.error'), properties: inSession({ error: HarnessError.optional() }) }),
  z.object({
    type: z.literal('todo.updated'),
    properties: inSession({ todos: z.array(z.object({ content: z.string(), status: z.string() })) }),
  }),
])
export type HarnessEvent = z.infer<typeof HarnessEvent>
