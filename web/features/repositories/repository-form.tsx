import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import type { ReactNode } from 'react'
import type { CreateRepository } from '#schema/contracts/repositories'
import { endpoints } from '#schema/endpoints/index'
import { call } from '../../client.ts'
import { useIdempotencyKey } from '../../idempotency-key.ts'
import { Button } from '../../ui/button.tsx'
import { InlineError } from '../../ui/states.tsx'
import { TextField } from '../../ui/text-field.tsx'
import { useMay } from '../identity/me.ts'
import { refusalOf } from '../organizations/refusal.ts'
import type { Refusal } from '../organizations/refusal.ts'
import { repositoryName } from './repository-name.ts'

const EMPTY = { url: '', name: null as string | null, branch: 'main', username: null as string | null, token: '' }
type Draft = typeof EMPTY

interface RepositoryFormProps {
  /** What comes after; while it has not, the form waits. */
  onConnected: () => Promise<unknown>
  /** What else one could do, given whether the form is busy. */
  others?: (isPending: boolean) => ReactNode
}

/** Adds a repository by its URL; a private one with what git signs in with. */
export function RepositoryForm({ onConnected, others }: RepositoryFormProps) {
  const [draft, setDraft] = useState(EMPTY)
  const [isPrivate, setIsPrivate] = useState(false)
  const mayHandIn = useMay('repository_credentials:set')
  const { mutate, isPending, error } = useConnect(onConnected)
  const refusal = refusalOf(error)
  const body = bodyOf(draft, isPrivate)
  const change = (part: Partial<Draft>) => setDraft({ ...draft, ...part })
  const isPlaced = ['url', 'name', 'defaultBranch'].includes(refusal?.field ?? '')
  return (
    <form
      aria-label="Connect a repository"
      className="grid gap-4"
      onSubmit={(event) => {
        event.preventDefault()
        mutate(body)
      }}
    >
      <PlaceFields draft={draft} name={body.name} refusal={refusal} onChange={change} />
      {mayHandIn ? (
        <label className="flex items-center gap-2.5 text-sm">
          <input
            type="checkbox"
            className="size-3.5 accent-ink"
            checked={isPrivate}
            onChange={({ target }) => setIsPrivate(target.checked)}
          />
          It is private
        </label>
      ) : null}
      {isPrivate ? <CredentialFields draft={draft} username={usernameOf(draft)} onChange={change} /> : null}
      {refusal === null || isPlaced ? null : <InlineError>{refusal.message}</InlineError>}
      <Button type="submit" look="primary" className="h-9" disabled={isPending}>
        {isPending ? 'Connecting…' : 'Connect repository'}
      </Button>
      {others?.(isPending)}
    </form>
  )
}

interface PlaceProps {
  draft: Draft
  name: string
  refusal: Refusal | null
  onChange: (part: Partial<Draft>) => void
}

function PlaceFields({ draft, name, refusal, onChange }: PlaceProps) {
  const at = (field: string) => (refusal?.field === field ? refusal.message : undefined)
  return (
    <>
      <TextField
        label="Git URL"
        value={draft.url}
        error={at('url')}
        required
        autoFocus
        type="url"
        placeholder="https://github.com/acme/text-tools"
        onText={(url) => onChange({ url })}
      />
      <div className="grid grid-cols-[1fr_7rem] gap-3">
        <TextField
          label="Name"
          value={name}
          error={at('name')}
          required
          pattern="[\w.\-]+/[\w.\-]+"
          title="owner/name"
          placeholder="owner/name"
          onText={(written) => onChange({ name: written })}
        />
        <TextField
          label="Branch"
          value={draft.branch}
          error={at('defaultBranch')}
          required
          onText={(branch) => onChange({ branch })}
        />
      </div>
    </>
  )
}

interface CredentialProps {
  draft: Draft
  username: string
  onChange: (part: Partial<Draft>) => void
}

function CredentialFields({ draft, username, onChange }: CredentialProps) {
  return (
    <div className="grid items-start gap-3 sm:grid-cols-2">
      <TextField
        label="User name"
        value={username}
        required
        hint={isOnGitHub(draft) ? 'Right for every GitHub token.' : 'For GitHub: x-access-token'}
        onText={(written) => onChange({ username: written })}
      />
      <TextField
        label="Access token"
        type="password"
        value={draft.token}
        required
        hint="Stored sealed, never shown."
        onText={(token) => onChange({ token })}
      />
    </div>
  )
}

/** GitHub takes tokens under this name, whoever they belong to. */
const GITHUB_USERNAME = 'x-access-token'

const isOnGitHub = ({ url }: Draft) => /^https:\/\/(www\.)?github\.com\//i.test(url.trim())

/** The user name follows the URL until it is written by hand. */
const usernameOf = (draft: Draft) => draft.username ?? (isOnGitHub(draft) ? GITHUB_USERNAME : '')

/** The name follows the URL until it is written by hand. */
function bodyOf(draft: Draft, isPrivate: boolean): CreateRepository {
  const url = draft.url.trim()
  return {
    name: draft.name ?? repositoryName(url),
    url,
    defaultBranch: draft.branch.trim(),
    ...(isPrivate ? { credential: { username: usernameOf(draft), password: draft.token } } : {}),
  }
}

function useConnect(onConnected: () => Promise<unknown>) {
  const keyOf = useIdempotencyKey()
  return useMutation({
    mutationFn: async (body: CreateRepository) => {
      await call(endpoints.repositories.create, { body, idempotencyKey: keyOf(body) })
      await onConnected()
    },
  })
}
