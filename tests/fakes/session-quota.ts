import type { QuotaAnswer, SessionQuota } from '#domain/sessions'

/** Gives everybody a slot and remembers it; `refuse` makes it say no, as an organization without a free slot does. */
export function memorySessionQuota() {
  const slots = new Map<string, { organizationId: string; sessionId: string | null }>()
  const notes: { sessionId: string; active: boolean }[] = []
  const answers: { refuse: Extract<QuotaAnswer, { ok: false }> | null } = { refuse: null }
  const quota: SessionQuota = {
    async reserve({ organizationId, key }) {
      if (slots.has(key)) return { ok: true }
      if (answers.refuse) return answers.refuse
      slots.set(key, { organizationId, sessionId: null })
      return { ok: true }
    },
    async resume() {
      return answers.refuse ?? { ok: true }
    },
    async settle({ organizationId, key, sessionId }) {
      slots.set(key, { organizationId, sessionId })
    },
    async drop({ key }) {
      slots.delete(key)
    },
    async note({ sessionId, active }) {
      notes.push({ sessionId, active })
    },
  }
  return Object.assign(answers, quota, { slots, notes })
}
