import { z } from 'zod'
import { contextReader } from '../common/context-reader.ts'

/** What a run and its agent are told of a Linear event; absent where the event has no such thing. */
export const LinearContext = z.object({
  /** `create`, `update` or `remove`. */
  action: z.string(),
  actor: z.string().optional(),
  issueId: z.string().optional(),
  /** What people call the issue, such as ENG-12. */
  identifier: z.string().optional(),
  issueUrl: z.string().optional(),
  title: z.string().optional(),
  description: z.string().optional(),
  teamId: z.string().optional(),
  teamKey: z.string().optional(),
  team: z.string().optional(),
  state: z.string().optional(),
  /** `triage`, `backlog`, `unstarted`, `started`, `completed` or `canceled`, whatever the team calls its states. */
  stateType: z.string().optional(),
  /** 0 none, 1 urgent, 2 high, 3 medium, 4 low. */
  priority: z.number().optional(),
  labels: z.array(z.string()).optional(),
  assigneeId: z.string().optional(),
  assignee: z.string().optional(),
  assigneeEmail: z.string().optional(),
  projectId: z.string().optional(),
  project: z.string().optional(),
  /** The fields an update changed; absent where that is not known. */
  changed: z.array(z.string()).optional(),
  commentId: z.string().optional(),
  commentBody: z.string().optional(),
  commentUrl: z.string().optional(),
  commentAuthor: z.string().optional(),
})
export type LinearContext = z.infer<typeof LinearContext>

/** The Linear part of an event's context. Throws when the event is not one of this module's. */
export const linearContextOf = contextReader('linear', LinearContext)
