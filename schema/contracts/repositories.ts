import { z } from 'zod'
import { Id, Instant } from '#schema/contracts/common'

/** `owner/name`, as webhooks name a repository. */
export const RepositoryName = z
  .string()
  .max(200)
  .regex(/^[\w.-]+\/[\w.-]+$/, 'Use owner/name')

/** Only git over HTTP(S), and never credentials inside the URL: they are given apart, and stored sealed. */
export const RepositoryUrl = z
  .url({ protocol: /^https?$/, abort: true })
  .max(500)
  .refine((url) => {
    const parsed = new URL(url)
    return parsed.username === '' && parsed.password === ''
  }, 'Give the credential apart, not inside the URL')

export const BranchName = z
  .string()
  .min(1)
  .max(200)
  .regex(/^(?!-)[\w./-]+$/, 'Not a branch name')
  .refine((name) => !name.includes('..') && !name.endsWith('/') && !name.endsWith('.lock'), 'Not a branch name')

/** A repository as the API shows it. The credential is write-only. */
export const Repository = z.object({
  id: Id,
  name: RepositoryName,
  url: z.string(),
  defaultBranch: z.string(),
  hasCredential: z.boolean(),
  /** The configuration made for it: what a session on this repository alone boots. */
  configurationId: Id,
  createdAt: Instant,
  updatedAt: Instant,
})
export type Repository = z.infer<typeof Repository>

export const CreateRepository = z.strictObject({
  name: RepositoryName,
  url: RepositoryUrl,
  defaultBranch: BranchName.default('main'),
  credential: z
    .strictObject({ username: z.string().min(1).max(200), password: z.string().min(1).max(2_000) })
    .optional(),
})
export type CreateRepository = z.infer<typeof CreateRepository>

/** What is left out stays as it is. A new URL never inherits the credential of the old one. */
export const UpdateRepository = z.strictObject({
  url: RepositoryUrl.optional(),
  defaultBranch: BranchName.optional(),
})
export type UpdateRepository = z.infer<typeof UpdateRepository>
