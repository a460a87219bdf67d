import { z } from 'zod'
import { contextReader } from '../common/context-reader.ts'

/** What a run and its agent are told of a Jira event; absent where the event has no such thing. */
export const JiraContext = z.object({
  /** `created`, `updated`, `transitioned` or `deleted`. */
  action: z.string(),
  actor: z.string().optional(),
  /** The host of the site, such as acme.atlassian.net, where the event tells it. */
  site: z.string().optional(),
  /** Atlassian's own id of the site, where the event tells that. */
  siteId: z.string().optional(),
  issueId: z.string().optional(),
  /** What people call the issue, such as SHOP-12. */
  key: z.string().optional(),
  issueUrl: z.string().optional(),
  title: z.string().optional(),
  description: z.string().optional(),
  project: z.string().optional(),
  projectName: z.string().optional(),
  issueType: z.string().optional(),
  status: z.string().optional(),
  /** `To Do`, `In Progress` or `Done`, whatever the project calls its statuses. */
  statusCategory: z.string().optional(),
  priority: z.string().optional(),
  labels: z.array(z.string()).optional(),
  assignee: z.string().optional(),
  assigneeId: z.string().optional(),
  assigneeEmail: z.string().optional(),
  reporter: z.string().optional(),
  /** The fields an update changed; absent where that is not known. */
  changed: z.array(z.string()).optional(),
  fromStatus: z.string().optional(),
  toStatus: z.string().optional(),
  commentId: z.string().optional(),
  commentBody: z.string().optional(),
  commentAuthor: z.string().optional(),
})
export type JiraContext = z.infer<typeof JiraContext>

/** The Jira part of an event's context. Throws when the event is not one of this module's. */
export const jiraContextOf = contextReader('jira', JiraContext)
