import { z } from 'zod'

// Tolerant on purpose: only what is used is named, so that a field GitHub adds or drops elsewhere changes nothing here.

const User = z.object({ login: z.string() })
const Labels = z
  .array(z.object({ name: z.string() }))
  .nullish()
  .transform((labels) => (labels ?? []).map((label) => label.name))

/** Where it happened and who did it. */
export const envelope = {
  repository: z.object({ full_name: z.string().min(1).max(200), html_url: z.string().nullish() }),
  sender: User.nullish(),
}
const Envelope = z.object(envelope)
export type Envelope = z.output<typeof Envelope>

/** GitHub always sends it; what people write by hand may lack it. */
const Id = z.number().int().nullish()

const Issue = z.object({
  id: Id,
  number: z.number().int(),
  title: z.string().nullish(),
  body: z.string().nullish(),
  html_url: z.string(),
  labels: Labels,
  created_at: z.string().nullish(),
  updated_at: z.string().nullish(),
})

export const Action = z.string().regex(/^[a-z_]{1,60}$/)

export const IssuesPayload = z.object({
  ...envelope,
  action: Action,
  issue: Issue,
  /** The label that was put on or taken off. */
  label: z.object({ name: z.string() }).nullish(),
})

export const IssueCommentPayload = z.object({
  ...envelope,
  action: Action,
  issue: Issue.extend({ pull_request: z.object({ html_url: z.string().nullish() }).nullish() }),
  comment: z.object({
    id: z.number().int(),
    body: z.string().nullish(),
    html_url: z.string(),
    user: User.nullish(),
    created_at: z.string().nullish(),
    updated_at: z.string().nullish(),
  }),
})

export const PullRequestPayload = z.object({
  ...envelope,
  action: Action,
  label: z.object({ name: z.string() }).nullish(),
  pull_request: z.object({
    id: Id,
    number: z.number().int(),
    title: z.string().nullish(),
    body: z.string().nullish(),
    html_url: z.string(),
    labels: Labels,
    draft: z.boolean().nullish(),
    merged: z.boolean().nullish(),
    head: z.object({ ref: z.string(), sha: z.string() }),
    base: z.object({ ref: z.string() }),
    created_at: z.string().nullish(),
    updated_at: z.string().nullish(),
  }),
})

export const PushPayload = z.object({
  ...envelope,
  ref: z.string().min(1),
  before: z.string().nullish(),
  after: z.string().nullish(),
  deleted: z.boolean().nullish(),
  forced: z.boolean().nullish(),
  compare: z.string().nullish(),
  commits: z
    .array(
      z.object({
        id: z.string(),
        message: z.string(),
        url: z.string().nullish(),
        author: z.object({ name: z.string().nullish() }).nullish(),
      }),
    )
    .nullish()
    .transform((commits) => commits ?? []),
})

/** An app's delivery names the installation it comes from; a repository's own webhook does not. */
export const Installed = z.object({ installation: z.object({ id: z.number().int().positive() }) })

export const InstallationPayload = Installed.extend({ action: Action })
