import type { z } from 'zod'

/** What a payload of another shape is refused with: the place that is wrong, and how. */
export function unreadable(error: z.ZodError): { ok: false; detail: string } {
  const [issue] = error.issues
  return { ok: false, detail: `${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'unreadable'}` }
}
