import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { X } from 'lucide-react'
import { useState } from 'react'
import { endpoints } from '#schema/endpoints/index'
import { call } from '../../client.ts'
import { Button } from '../../ui/button.tsx'
import { Field, Input } from '../../ui/field.tsx'
import { Panel } from '../../ui/panel.tsx'
import { InlineError, Skeleton } from '../../ui/states.tsx'
import { useOrganizationId } from '../identity/me.ts'
import { domainsQuery } from './queries.ts'
import { refusalOf } from './refusal.ts'

/** Whose people may join without an invitation. */
export function AllowedDomains({ mayUpdate }: { mayUpdate: boolean }) {
  const query = useQuery(domainsQuery(useOrganizationId()))
  const adding = useSaveDomains()
  const removing = useSaveDomains()
  const busy = adding.isPending || removing.isPending
  const domains = query.data?.domains
  return (
    <Panel
      title="Allowed domains"
      description="People with a verified address of one of these domains may join as members by themselves."
      className="grid gap-3 p-4"
    >
      {domains !== undefined ? (
        <>
          <Domains
            domains={domains}
            onRemove={mayUpdate ? (gone) => void removing.save(domains.filter((domain) => domain !== gone)) : null}
            busy={busy}
          />
          {removing.refused === undefined ? null : (
            <InlineError>The domain was not removed. {removing.refused}</InlineError>
          )}
          {mayUpdate ? (
            <AddDomain busy={busy} refused={adding.refused} onAdd={(domain) => adding.save([...domains, domain])} />
          ) : null}
        </>
      ) : query.error === null ? (
        <Skeleton className="h-6 w-40" />
      ) : (
        <InlineError>The domains could not be loaded. {refusalOf(query.error)?.message}</InlineError>
      )}
    </Panel>
  )
}

function Domains(props: { domains: string[]; busy: boolean; onRemove: ((domain: string) => void) | null }) {
  const { domains, busy, onRemove } = props
  if (domains.length === 0) return <p className="text-sm text-ink-faint">None: people join by invitation only.</p>
  return (
    <ul aria-label="Allowed domains" className="flex flex-wrap gap-1.5">
      {domains.map((domain) => (
        <li
          key={domain}
          className="inline-flex h-6 max-w-full items-center gap-1 rounded border border-line bg-surface px-2 text-sm"
        >
          <span className="truncate">{domain}</span>
          {onRemove === null ? null : (
            <Button
              look="quiet"
              size="icon"
              aria-label={`Remove ${domain}`}
              className="-mr-1.5 size-5.5"
              disabled={busy}
              onClick={() => onRemove(domain)}
            >
              <X aria-hidden className="size-3!" />
            </Button>
          )}
        </li>
      ))}
    </ul>
  )
}

function AddDomain(props: { busy: boolean; refused: string | undefined; onAdd: (domain: string) => Promise<boolean> }) {
  const { busy, refused, onAdd } = props
  const [domain, setDomain] = useState('')
  const wanted = domain.trim().toLowerCase()
  const add = async () => {
    if (await onAdd(wanted)) setDomain('')
  }
  return (
    <form
      aria-label="Add a domain"
      className="flex items-start gap-2"
      onSubmit={(event) => {
        event.preventDefault()
        void add()
      }}
    >
      <div className="min-w-0 flex-1 sm:max-w-96">
        <Field label="Domain" hint="Only the domain of your own verified address can be added." error={refused}>
          {(id, describedBy) => (
            <Input
              id={id}
              value={domain}
              placeholder="example.com"
              autoComplete="off"
              spellCheck={false}
              aria-invalid={refused !== undefined}
              aria-describedby={describedBy}
              onChange={(event) => setDomain(event.target.value)}
            />
          )}
        </Field>
      </div>
      <Button type="submit" className="mt-6" disabled={busy || wanted === ''}>
        Add
      </Button>
    </form>
  )
}

function useSaveDomains() {
  const organizationId = useOrganizationId()
  const queryClient = useQueryClient()
  const { mutateAsync, isPending, error } = useMutation({
    mutationFn: (domains: string[]) =>
      call(endpoints.organizations.setDomains, { params: { organizationId }, body: { domains } }),
    onSuccess: (answer) => queryClient.setQueryData(domainsQuery(organizationId).queryKey, answer),
  })
  /** Whether the API took it. */
  const save = (domains: string[]) => mutateAsync(domains).then(() => true, () => false)
  return { save, isPending, refused: refusalOf(error)?.message }
}
