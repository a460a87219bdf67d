import { useMutation, useQueryClient } from '@tanstack/react-query'
import { toast } from 'sonner'
import type { Organization, UpdateOrganization } from '#schema/contracts/identity'
import type { Tagged } from '#schema/endpoints/client'
import { endpoints } from '#schema/endpoints/index'
import { call } from '../../client.ts'
import { saveUnchanged } from '../../save-unchanged.ts'
import { isShownPicture, PICTURE_SOURCES } from '../../ui/avatar.tsx'
import { useOrganizationId } from '../identity/me.ts'
import { useRefreshMe } from '../identity/refresh-me.ts'
import { organizationQuery } from './queries.ts'

const LOGO_HINT = `${PICTURE_SOURCES} Without one, its initials are shown.`

export const FIELDS = [
  { field: 'name', label: 'Name', hint: undefined, maxLength: 100, isMono: false, type: 'text' },
  { field: 'slug', label: 'Slug', hint: 'Short and unique, for addresses.', maxLength: 60, isMono: true, type: 'text' },
  { field: 'logo', label: 'Logo address (optional)', hint: LOGO_HINT, maxLength: 2_000, isMono: false, type: 'url' },
] as const

/** The form's fields, as they stand in it. */
export type Texts = Record<(typeof FIELDS)[number]['field'], string>

export function textsOf({ name, slug, logo }: Organization): Texts {
  return { name, slug, logo: logo ?? '' }
}

/** What is wrong with the address of a logo before anybody is asked: the dashboard would not show it. */
export function refusalOfLogo(logo: string): string | undefined {
  const isFine = logo.trim() === '' || isShownPicture(logo.trim())
  return isFine ? undefined : `This one would not be shown. ${LOGO_HINT}`
}

/** What is to be sent: what was typed, and is not there already. */
export function changeOf(there: Texts, typed: Partial<Texts>): UpdateOrganization {
  const { name, slug, logo } = { ...there, ...typed }
  return {
    ...(name.trim() === there.name ? {} : { name: name.trim() }),
    ...(slug.trim() === there.slug ? {} : { slug: slug.trim() }),
    ...(logo.trim() === there.logo ? {} : { logo: logo.trim() === '' ? null : logo.trim() }),
  }
}

const isSame = (one: Organization, other: Organization) =>
  FIELDS.every(({ field }) => one[field] === other[field])

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
