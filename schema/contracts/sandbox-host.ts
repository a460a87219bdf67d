import { z } from 'zod'

/** The sandbox host's HTTP contract: what the local provider asks of it. All but /health need the bearer token. */
export const CreateSandboxRequest = z.strictObject({
  /** `<session id>-g<generation>`; creating a name that lives answers with the living one. */
  name: z.string().regex(/^[\w-]{1,120}$/),
  env: z.record(z.string(), z.string()),
  lifetimeSeconds: z.number().int().min(60).max(86_400),
})
export type CreateSandboxRequest = z.infer<typeof CreateSandboxRequest>

export const SandboxInfo = z.object({
  id: z.string(),
  name: z.string(),
  alive: z.boolean(),
  /** How the daemon ended, when it is no longer alive. */
  exit: z.string().nullable(),
  createdAt: z.string(),
  expiresAt: z.string(),
})
export type SandboxInfo = z.infer<typeof SandboxInfo>

export const SandboxList = z.object({ sandboxes: z.array(SandboxInfo) })
