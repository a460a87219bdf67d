import { useQueryClient } from '@tanstack/react-query'
import { useRef, useState } from 'react'
import type { AssignableRole, Invitation } from '#schema/contracts/identity'
import { endpoints } from '#schema/endpoints/index'
import { call, explainError } from '../../client.ts'
import { addressesOf, refuse } from './addresses.ts'
import { invitationsQuery } from './queries.ts'

/** What became of one address. */
export type InviteResult =
  | { email: string; invitation: Invitation; problem: null }
  | { email: string; invitation: null; problem: string }

/**
 * Invites the people in a text one after the other, and says of each what became of it. Who was not invited stays in the
 * text, to be corrected or asked again.
 */
export function useInvite(organizationId: string) {
  const queryClient = useQueryClient()
  const [text, setText] = useState('')
  const [wrong, setWrong] = useState<string>()
  const [results, setResults] = useState<InviteResult[]>([])
  const [busy, setBusy] = useState(false)
  // Asking again for the same person in the same role does it once.
  const keys = useRef(new Map<string, string>())

  const inviteOne = async (email: string, role: AssignableRole): Promise<InviteResult> => {
    const name = `${email} ${role}`
    const idempotencyKey = keys.current.get(name) ?? crypto.randomUUID()
    keys.current.set(name, idempotencyKey)
    try {
      const input = { params: { organizationId }, body: { email, role }, idempotencyKey }
      return { email, invitation: await call(endpoints.invitations.create, input), problem: null }
    } catch (error) {
      return { email, invitation: null, problem: explainError(error).message }
    }
  }

  const invite = async (role: AssignableRole): Promise<void> => {
    const asked = addressesOf(text)
    const refusal = refuse(asked)
    setWrong(refusal)
    if (refusal !== undefined) return
    setBusy(true)
    const left: string[] = []
    for (const email of asked.addresses) {
      const result = await inviteOne(email, role)
      if (result.problem !== null) left.push(email)
      setResults((told) => [...told.filter((other) => other.email !== email), result])
    }
    setText(left.join('\n'))
    setBusy(false)
    await queryClient.invalidateQueries({ queryKey: invitationsQuery(organizationId).queryKey })
  }

  return { text, setText, wrong, results, busy, invite }
}
