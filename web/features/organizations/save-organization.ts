import { useMutation, useQueryClient } from '@tanstack/react-query'
import { toast } from 'sonner'
import type { Organization, UpdateOrganization } from '#schema/contracts/identity'
import type { Tagged } from '#schema/endpoints/client'
import { endpoints } from '#schema/endpoints/index'
import { call } from '../../client.ts'
import { saveUnchanged } from '../../save-unchanged.ts'
import { useOrganizationId } from '../identity/me.ts'
import { useRefreshMe } from '../identity/refresh-me.ts'
import { organizationQuery } from './queries.ts'

export const FIELDS = [
  { field: 'name', label: 'Name', hint: undefined, maxLength: 100, isMono: false },
  { field: 'slug', label: 'Slug', hint: 'Short and unique, for addresses.', maxLength: 60, isMono: true },
] as const

/** The form's fields, as they stand in it. */
export type Texts = Record<(typeof FIELDS)[number]['field'], string>

export function textsOf({ name, slug }: Organization): Texts {
  return { name, slug }
}

/** What is to be sent: what was typed, and is not there already. */
export function changeOf(there: Texts, typed: Partial<Texts>): UpdateOrganization {
  const { name, slug } = { ...there, ...typed }
  return {
    ...(name.trim() === there.name ? {} : { name: name.trim() }),
    ...(slug.trim() === there.slug ? {} : { slug: slug.trim() }),
  }
}

const isSame = (one: Organization, other: Organization) => one.name === other.name && one.slug === other.slug

/** Saves on top of what was seen; `onAnswer` hears what is there now, and whether it is what was sent. */
export function useSaveOrganization(onAnswer: (now: Tagged<Organization>, saved: boolean) => void) {
  const organizationId = useOrganizationId()
  const queryClient = useQueryClient()
  const refreshMe = useRefreshMe()
  const params = { organizationId }
  return useMutation({
    mutationFn: ({ seen, change: body }: { seen: Tagged<Organization>; change: UpdateOrganization }) =>
      saveUnchanged({
        seen,
        read: () => call.tagged(endpoints.organizations.show, { params }),
        write: (ifMatch) => call.tagged(endpoints.organizations.update, { params, body, ifMatch }),
        isSame,
      }),
    onSuccess: async ({ saved, now }) => {
      queryClient.setQueryData(organizationQuery(organizationId).queryKey, now)
      onAnswer(now, saved)
      if (saved) toast.success('Saved')
      await refreshMe()
    },
  })
}
