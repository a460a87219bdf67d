import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { toast } from 'sonner'
import type { Profile, UpdateProfile } from '#schema/contracts/identity'
import type { Tagged } from '#schema/endpoints/client'
import { endpoints } from '#schema/endpoints/index'
import { call, explainError } from '../../client.ts'
import { saveUnchanged } from '../../save-unchanged.ts'
import { Avatar, isShownPicture, PICTURE_SOURCES } from '../../ui/avatar.tsx'
import { Button } from '../../ui/button.tsx'
import { ChangedMeanwhile } from '../../ui/changed-meanwhile.tsx'
import { InlineError } from '../../ui/states.tsx'
import { TextField } from '../../ui/text-field.tsx'
import { useRefreshMe } from '../identity/refresh-me.ts'

const HOSTS = `${PICTURE_SOURCES} Without one, your initials are shown.`

interface Draft {
  name: string
  image: string
  /** What was there when it was begun. */
  seen: Tagged<Profile>
}

/** Name and picture. `locked`: somebody looks at it in the person's name. */
export function ProfileForm({ user, locked }: { user: Profile; locked: boolean }) {
  const [draft, setDraft] = useState<Draft | null>(null)
  const shown = draft ?? draftOf({ body: user, etag: null })
  const { seen } = shown
  const [name, image] = [shown.name.trim(), shown.image.trim()]
  const change = changeOf(seen.body, name, image)
  const { mutate, isPending, error, data } = useSaveProfile((now, saved) => {
    setDraft(saved ? null : { ...overtaken(shown, now), seen: now })
  })
  const isOvertaken = data?.saved === false && draft !== null
  const unready = isPending || isNotShown(image) || name === '' || Object.keys(change).length === 0
  return (
    <form
      aria-label="Profile"
      className="grid gap-4 p-4"
      onSubmit={(event) => {
        event.preventDefault()
        mutate({ seen, change })
      }}
    >
      {isOvertaken ? <ChangedMeanwhile what="the profile" /> : null}
      <fieldset disabled={locked} className="grid min-w-0 gap-4">
        <Fields shown={shown} there={isOvertaken ? draftOf(seen) : null} onChange={setDraft} />
      </fieldset>
      {error === null ? null : <InlineError>{explainError(error).message}</InlineError>}
      {locked ? null : (
        <Button type="submit" look="primary" className="justify-self-end" disabled={unready}>
          {isPending ? 'Saving…' : 'Save changes'}
        </Button>
      )}
    </form>
  )
}

interface FieldsProps {
  shown: Draft
  /** What is there now, to be shown beside what was typed. */
  there: Draft | null
  onChange: (draft: Draft) => void
}

function Fields({ shown, there, onChange }: FieldsProps) {
  const [name, image] = [shown.name.trim(), shown.image.trim()]
  const nameNow = there === null || there.name === name ? undefined : `Now: ${there.name}`
  const imageNow = there === null || there.image === image ? HOSTS : `Now: ${there.image || 'none'}`
  return (
    <>
      <div className="flex items-end gap-4">
        <Avatar name={shown.name} image={image === '' ? null : image} size="large" />
        <div className="min-w-0 flex-1">
          <TextField
            label="Name"
            value={shown.name}
            {...(nameNow === undefined ? {} : { hint: nameNow })}
            required
            maxLength={100}
            autoComplete="name"
            onText={(text) => onChange({ ...shown, name: text })}
          />
        </div>
      </div>
      <TextField
        label="Picture address"
        hint={imageNow}
        error={isNotShown(image) ? `This one would not be shown. ${HOSTS}` : undefined}
        value={shown.image}
        type="url"
        maxLength={2_000}
        placeholder="https://"
        onText={(text) => onChange({ ...shown, image: text })}
      />
    </>
  )
}

function isNotShown(image: string): boolean {
  return image !== '' && !isShownPicture(image)
}

function changeOf(user: Profile, name: string, image: string): UpdateProfile {
  return {
    ...(name === user.name ? {} : { name }),
    ...(image === (user.image ?? '') ? {} : { image: image === '' ? null : image }),
  }
}

function draftOf(seen: Tagged<Profile>): Draft {
  return { name: seen.body.name, image: seen.body.image ?? '', seen }
}

/** What was typed stays, and what was not follows what is there now. */
function overtaken(draft: Draft, now: Tagged<Profile>): Pick<Draft, 'name' | 'image'> {
  const [before, after] = [draftOf(draft.seen), draftOf(now)]
  return {
    name: draft.name === before.name ? after.name : draft.name,
    image: draft.image === before.image ? after.image : draft.image,
  }
}

/** Saves on top of what was seen; `onAnswer` hears what is there now, and whether it is what was sent. */
function useSaveProfile(onAnswer: (now: Tagged<Profile>, saved: boolean) => void) {
  const refreshMe = useRefreshMe()
  return useMutation({
    mutationFn: ({ seen, change: body }: { seen: Tagged<Profile>; change: UpdateProfile }) =>
      saveUnchanged({
        seen,
        read: () => call.tagged(endpoints.profile.show),
        write: (ifMatch) => call.tagged(endpoints.profile.update, { body, ifMatch }),
        isSame: (one, other) => one.name === other.name && one.image === other.image,
      }),
    onSuccess: async ({ saved, now }) => {
      if (saved) toast.success('Saved')
      // The form shows what the shell knows as soon as nothing is typed any more: that must be the new.
      await refreshMe().finally(() => onAnswer(now, saved))
    },
  })
}
