import { useMutation } from '@tanstack/react-query'
import { useRef, useState } from 'react'
import { endpoints } from '#schema/endpoints/index'
import { call, explainError } from '../../client.ts'

/** What became of one address. `link`: to be passed on by hand, where no mail is sent. */
export interface Invited {
  email: string
  link: string | null
  problem: string | null
}

/**
 * Invites one after the other, and shows each result as it comes. The promise gives back the addresses that were not
 * invited, to be corrected; sending one again does it once.
 */
export function useInviteAll(organizationId: string) {
  const [results, setResults] = useState<Invited[]>([])
  const keys = useRef(new Map<string, string>())
  const invite = async (email: string): Promise<Invited> => {
    const idempotencyKey = keys.current.get(email) ?? crypto.randomUUID()
    keys.current.set(email, idempotencyKey)
    const body = { email, role: 'member' } as const
    try {
      const made = await call(endpoints.invitations.create, { params: { organizationId }, body, idempotencyKey })
      return { email, link: made.mailed ? null : made.link, problem: null }
    } catch (error) {
      return { email, link: null, problem: explainError(error).message }
    }
  }
  const { mutateAsync, isPending } = useMutation({
    mutationFn: async (emails: readonly string[]) => {
      const failed: string[] = []
      for (const email of emails) {
        const result = await invite(email)
        if (result.problem !== null) failed.push(email)
        setResults((shown) => [...shown.filter((other) => other.email !== email), result])
      }
      return failed.join('\n')
    },
  })
  return { results, inviteAll: mutateAsync, isPending }
}
