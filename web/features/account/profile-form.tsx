import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { toast } from 'sonner'
import type { Profile, UpdateProfile } from '#schema/contracts/identity'
import { endpoints } from '#schema/endpoints/index'
import { call, explainError } from '../../client.ts'
import { Avatar, isShownPicture } from '../../ui/avatar.tsx'
import { Button } from '../../ui/button.tsx'
import { InlineError } from '../../ui/states.tsx'
import { TextField } from '../../ui/text-field.tsx'
import { useRefreshMe } from '../identity/refresh-me.ts'

const HOSTS = 'From avatars.githubusercontent.com or googleusercontent.com. Without one, your initials are shown.'

/** Name and picture. `locked`: somebody looks at it in the person's name. */
export function ProfileForm({ user, locked }: { user: Profile; locked: boolean }) {
  const [name, setName] = useState(user.name)
  const [image, setImage] = useState(user.image ?? '')
  const refreshMe = useRefreshMe()
  const change = changeOf(user, name.trim(), image.trim())
  const { mutate, isPending, error } = useMutation({
    mutationFn: () => call(endpoints.profile.update, { body: change }),
    onSuccess: async () => {
      toast.success('Saved')
      await refreshMe()
    },
  })
  const notShown = image.trim() !== '' && !isShownPicture(image.trim())
  const unready = isPending || notShown || name.trim() === '' || Object.keys(change).length === 0
  return (
    <form
      aria-label="Profile"
      className="grid gap-4 p-4"
      onSubmit={(event) => {
        event.preventDefault()
        mutate()
      }}
    >
      <fieldset disabled={locked} className="grid min-w-0 gap-4">
        <div className="flex items-end gap-4">
          <Avatar name={name} image={image.trim() === '' ? null : image.trim()} size="large" />
          <div className="min-w-0 flex-1">
            <TextField label="Name" value={name} required maxLength={100} autoComplete="name" onText={setName} />
          </div>
        </div>
        <TextField
          label="Picture address"
          hint={HOSTS}
          error={notShown ? `This one would not be shown. ${HOSTS}` : undefined}
          value={image}
          type="url"
          maxLength={2_000}
          placeholder="https://"
          onText={setImage}
        />
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

function changeOf(user: Profile, name: string, image: string): UpdateProfile {
  return {
    ...(name === user.name ? {} : { name }),
    ...(image === (user.image ?? '') ? {} : { image: image === '' ? null : image }),
  }
}
