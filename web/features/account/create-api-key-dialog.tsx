import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { CreateApiKey } from '#schema/contracts/identity'
import { ApiKeyScope } from '#schema/contracts/scopes'
import { endpoints } from '#schema/endpoints/index'
import { call, explainError } from '../../client.ts'
import { useIdempotencyKey } from '../../idempotency-key.ts'
import { Button } from '../../ui/button.tsx'
import { CopyButton } from '../../ui/copy.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Field } from '../../ui/field.tsx'
import { Select } from '../../ui/select.tsx'
import { InlineError } from '../../ui/states.tsx'
import { TextField } from '../../ui/text-field.tsx'
import { useMe } from '../identity/me.ts'
import { apiKeysQuery } from './api-keys.ts'
import { ScopeChoices } from './scope-choices.tsx'
import { includedScopes } from './scope-words.ts'

/** Makes a key, and shows it the only time that it can be shown. */
export function CreateApiKeyDialog(props: { open: boolean; onOpenChange: (open: boolean) => void }) {
  const { organization } = useMe()
  const [made, setMade] = useState<string | null>(null)
  const close = (open: boolean) => {
    if (!open) setMade(null)
    props.onOpenChange(open)
  }
  return (
    <Dialog
      open={props.open}
      onOpenChange={close}
      locked={made !== null}
      title={made === null ? 'New API key' : 'Copy your key now'}
      description={
        made === null
          ? `It acts as you in ${organization?.name ?? 'this organization'}, never beyond your own role.`
          : 'It is shown this once. Only its hash is kept, so nobody can show it again.'
      }
    >
      {made === null ? <CreateForm onMade={setMade} /> : <MadeKey apiKey={made} onDone={() => close(false)} />}
    </Dialog>
  )
}

const EXPIRIES = [
  { value: '7', label: 'In 7 days' },
  { value: '30', label: 'In 30 days' },
  { value: '90', label: 'In 90 days' },
  { value: '366', label: 'In 1 year' },
  { value: 'never', label: 'Never' },
] as const
type Expiry = (typeof EXPIRIES)[number]['value']

function CreateForm({ onMade }: { onMade: (key: string) => void }) {
  const [name, setName] = useState('')
  const [scopes, setScopes] = useState<ApiKeyScope[]>([])
  const [expiry, setExpiry] = useState<Expiry>('90')
  const { mutate, isPending, error } = useCreate(onMade)
  const ready = name.trim() !== '' && scopes.length > 0 && !isPending
  const included = includedScopes(scopes)
  const asked = ApiKeyScope.options.filter((scope) => scopes.includes(scope) && !included.includes(scope))
  return (
    <form
      aria-label="New API key"
      className="grid gap-4"
      onSubmit={(event) => {
        event.preventDefault()
        const expiresInDays = expiry === 'never' ? null : Number(expiry)
        if (ready) mutate({ name: name.trim(), scopes: asked, expiresInDays })
      }}
    >
      <TextField
        label="Name"
        value={name}
        required
        autoFocus
        maxLength={100}
        placeholder="What it is for"
        onText={setName}
      />
      <ScopeChoices chosen={scopes} onChange={setScopes} />
      <Field
        label="Expires"
        hint={expiry === 'never' ? 'A key that never expires works until someone deletes it.' : undefined}
      >
        {(id) => (
          <Select
            id={id}
            value={expiry}
            options={EXPIRIES}
            className="w-full border-line-strong"
            onChange={setExpiry}
          />
        )}
      </Field>
      {error === null ? null : <InlineError>{explainError(error).message}</InlineError>}
      <Button type="submit" look="primary" className="justify-self-end" disabled={!ready}>
        {isPending ? 'Creating…' : 'Create key'}
      </Button>
    </form>
  )
}

function useCreate(onMade: (key: string) => void) {
  const queryClient = useQueryClient()
  const keyOf = useIdempotencyKey()
  return useMutation({
    mutationFn: (body: CreateApiKey) => call(endpoints.apiKeys.create, { body, idempotencyKey: keyOf(body) }),
    onSuccess: async ({ key }) => {
      onMade(key)
      await queryClient.invalidateQueries({ queryKey: apiKeysQuery.queryKey })
    },
    // The answer holds the key: nothing keeps it longer than this dialog does.
    gcTime: 0,
  })
}

function MadeKey({ apiKey, onDone }: { apiKey: string; onDone: () => void }) {
  return (
    <div className="grid gap-4">
      <div className="flex items-start gap-2 rounded-md border border-line-strong bg-surface px-3 py-2">
        <code aria-label="The new key" className="min-w-0 flex-1 font-mono text-xs break-all">
          {apiKey}
        </code>
        <CopyButton text={apiKey} name="API key" />
      </div>
      <Button look="primary" className="justify-self-end" onClick={onDone}>
        I have copied it
      </Button>
    </div>
  )
}
