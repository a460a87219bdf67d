import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { toast } from 'sonner'
import type { Organization, UpdateOrganization } from '#schema/contracts/identity'
import { endpoints } from '#schema/endpoints/index'
import { call } from '../../client.ts'
import { Button } from '../../ui/button.tsx'
import { Field, Input } from '../../ui/field.tsx'
import { InlineError } from '../../ui/states.tsx'
import { useRefreshMe } from '../identity/refresh-me.ts'
import { organizationQuery } from './queries.ts'
import { refusalOf } from './refusal.ts'

const FIELDS = [
  { field: 'name', label: 'Name', hint: undefined, maxLength: 100, isMono: false },
  { field: 'slug', label: 'Slug', hint: 'Short and unique, for addresses.', maxLength: 60, isMono: true },
  { field: 'logo', label: 'Logo', hint: 'Address of an image: https://…', maxLength: 2_000, isMono: false },
] as const

/** Name, slug and logo; sends what was changed. */
export function OrganizationForm({ organization }: { organization: Organization }) {
  const saved = { name: organization.name, slug: organization.slug, logo: organization.logo ?? '' }
  const [draft, setDraft] = useState(saved)
  const change = changeOf(saved, draft)
  const { mutate, isPending, error } = useSave(organization.id)
  const refusal = refusalOf(error)
  const isPlaced = FIELDS.some(({ field }) => field === refusal?.field)
  return (
    <form
      aria-label="Organization"
      className="grid gap-4 p-4"
      onSubmit={(event) => {
        event.preventDefault()
        mutate(change)
      }}
    >
      {FIELDS.map(({ field, label, hint, maxLength, isMono }) => {
        const wrong = refusal?.field === field ? refusal.message : undefined
        return (
          <Field key={field} label={label} hint={hint} error={wrong}>
            {(id, describedBy) => (
              <Input
                id={id}
                value={draft[field]}
                maxLength={maxLength}
                required={field !== 'logo'}
                autoComplete="off"
                spellCheck={false}
                className={isMono ? 'font-mono text-sm' : ''}
                aria-invalid={wrong !== undefined}
                aria-describedby={describedBy}
                onChange={(event) => setDraft({ ...draft, [field]: event.target.value })}
              />
            )}
          </Field>
        )
      })}
      {refusal === null || isPlaced ? null : <InlineError>{refusal.message}</InlineError>}
      <Button
        type="submit"
        look="primary"
        className="justify-self-end"
        disabled={isPending || Object.keys(change).length === 0}
      >
        {isPending ? 'Saving…' : 'Save changes'}
      </Button>
    </form>
  )
}

type Draft = Record<(typeof FIELDS)[number]['field'], string>

function changeOf(saved: Draft, draft: Draft): UpdateOrganization {
  const [name, slug, logo] = [draft.name.trim(), draft.slug.trim(), draft.logo.trim()]
  return {
    ...(name === saved.name ? {} : { name }),
    ...(slug === saved.slug ? {} : { slug }),
    ...(logo === saved.logo ? {} : { logo: logo === '' ? null : logo }),
  }
}

function useSave(organizationId: string) {
  const queryClient = useQueryClient()
  const refreshMe = useRefreshMe()
  return useMutation({
    mutationFn: (body: UpdateOrganization) => {
      return call(endpoints.organizations.update, { params: { organizationId }, body })
    },
    onSuccess: async (organization) => {
      queryClient.setQueryData(organizationQuery(organizationId).queryKey, organization)
      toast.success('Saved')
      await refreshMe()
    },
  })
}
