import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Pencil } from 'lucide-react'
import { useState } from 'react'
import { toast } from 'sonner'
import type { Repository, UpdateRepository } from '#schema/contracts/repositories'
import type { Tagged } from '#schema/endpoints/client'
import { endpoints } from '#schema/endpoints/index'
import { call } from '../../client.ts'
import { saveUnchanged } from '../../save-unchanged.ts'
import { Button } from '../../ui/button.tsx'
import { ChangedMeanwhile } from '../../ui/changed-meanwhile.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { InlineError } from '../../ui/states.tsx'
import { TextField } from '../../ui/text-field.tsx'
import { useMay, useOrganizationId } from '../identity/me.ts'
import { refusalOf } from '../organizations/refusal.ts'
import { everyRepository } from './queries.ts'

/** The button that changes where a repository is, for those who may. */
export function EditRepository({ repository }: { repository: Repository }) {
  const mayUpdate = useMay('repositories:update')
  const [open, setOpen] = useState(false)
  if (!mayUpdate) return null
  const title = `Edit ${repository.name}`
  return (
    <>
      <Button look="quiet" size="icon" aria-label={title} title="Edit…" onClick={() => setOpen(true)}>
        <Pencil aria-hidden />
      </Button>
      <Dialog
        open={open}
        onOpenChange={setOpen}
        title={title}
        description="What is running goes on as it began; the next session uses what is saved here."
      >
        <EditForm repository={repository} onDone={() => setOpen(false)} />
      </Dialog>
    </>
  )
}

type Typed = Partial<Record<'url' | 'defaultBranch', string>>

function EditForm({ repository, onDone }: { repository: Repository; onDone: () => void }) {
  const [seen, setSeen] = useState<Tagged<Repository>>({ body: repository, etag: null })
  // What was not typed follows what is there.
  const [typed, setTyped] = useState<Typed>({})
  const { mutate, isPending, error, data } = useSave((now, saved) => (saved ? onDone() : setSeen(now)))
  const there = seen.body
  const change = changeOf(there, typed)
  const isOvertaken = data?.saved === false
  const refusal = refusalOf(error)
  const isPlaced = refusal?.field === 'url' || refusal?.field === 'defaultBranch'
  const fieldOf = (field: keyof Typed, hint: string) => ({
    value: typed[field] ?? there[field],
    error: refusal?.field === field ? refusal.message : undefined,
    hint: isOvertaken && change[field] !== undefined ? `Now: ${there[field]}` : hint,
    required: true,
    onText: (text: string) => setTyped({ ...typed, [field]: text }),
  })
  return (
    <form
      aria-label="Repository"
      className="grid gap-4"
      onSubmit={(event) => {
        event.preventDefault()
        mutate({ seen, change })
      }}
    >
      {isOvertaken ? <ChangedMeanwhile what="the repository" /> : null}
      <TextField label="Git URL" type="url" {...fieldOf('url', change.url !== undefined && there.hasCredential ? LOSS : '')} />
      <TextField label="Branch" {...fieldOf('defaultBranch', '')} />
      {refusal === null || isPlaced ? null : <InlineError>{refusal.message}</InlineError>}
      <Button type="submit" look="primary" className="h-9" disabled={isPending || Object.keys(change).length === 0}>
        {isPending ? 'Saving…' : 'Save changes'}
      </Button>
    </form>
  )
}

const LOSS = 'The credential that is kept belongs to the old URL, and goes with it. Connect it again to hand in another.'

/** What is to be sent: what was typed, and is not there already. */
function changeOf(there: Repository, typed: Typed): UpdateRepository {
  const [url, defaultBranch] = [typed.url?.trim() ?? there.url, typed.defaultBranch?.trim() ?? there.defaultBranch]
  return {
    ...(url === there.url ? {} : { url }),
    ...(defaultBranch === there.defaultBranch ? {} : { defaultBranch }),
  }
}

const isSame = (one: Repository, other: Repository) =>
  one.url === other.url && one.defaultBranch === other.defaultBranch && one.hasCredential === other.hasCredential

/** Saves on top of what was seen; `onAnswer` hears what is there now, and whether it is what was sent. */
function useSave(onAnswer: (now: Tagged<Repository>, saved: boolean) => void) {
  const organizationId = useOrganizationId()
  const queryClient = useQueryClient()
  return useMutation({
    mutationFn: ({ seen, change: body }: { seen: Tagged<Repository>; change: UpdateRepository }) => {
      const params = { repositoryId: seen.body.id }
      return saveUnchanged({
        seen,
        read: () => call.tagged(endpoints.repositories.show, { params }),
        write: (ifMatch) => call.tagged(endpoints.repositories.update, { params, body, ifMatch }),
        isSame,
      })
    },
    onSuccess: async ({ saved, now }) => {
      await queryClient.invalidateQueries({ queryKey: everyRepository(organizationId) })
      if (saved) toast.success('Saved')
      onAnswer(now, saved)
    },
  })
}
