import { useQueryClient } from '@tanstack/react-query'
import { useRef, useState } from 'react'
import type { AssignableRole, Invitation } from '#schema/contracts/identity'
import { endpoints } from '#schema/endpoints/index'
import { call, explainError } from '../../client.ts'
import { invitationsQuery } from './queries.ts'

/** What became of one address. */
export type InviteResult =
  | { email: string; invitation: Invitation; problem: null }
  | { email: string; invitation: null; problem: string }

/** Invites people one after the other, and says of each what became of it. */
export function useInvite(organizationId: string) {
  const queryClient = useQueryClient()
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

  /** Answers the addresses that were not invited. */
  const invite = async (addresses: readonly string[], role: AssignableRole): Promise<string[]> => {
    setBusy(true)
    const told: InviteResult[] = []
    for (const email of addresses) {
      told.push(await inviteOne(email, role))
      setResults([...told])
    }
    setBusy(false)
    await queryClient.invalidateQueries({ queryKey: invitationsQuery(organizationId).queryKey })
    return told.filter(({ problem }) => problem !== null).map(({ email }) => email)
  }

  return { results, busy, invite }
}
