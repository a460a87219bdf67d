import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Trash2 } from 'lucide-react'
import { toast } from 'sonner'
import type { ApiKey } from '#schema/contracts/identity'
import { endpoints } from '#schema/endpoints/index'
import { call } from '../../client.ts'
import { Button } from '../../ui/button.tsx'
import { Confirm } from '../../ui/dialog.tsx'
import { toastError } from '../../ui/toasts.tsx'
import { apiKeysQuery } from './api-keys.ts'

export function DeleteApiKey({ apiKey }: { apiKey: ApiKey }) {
  const queryClient = useQueryClient()
  const { mutate, isPending } = useMutation({
    mutationFn: () => call(endpoints.apiKeys.remove, { params: { apiKeyId: apiKey.id } }),
    onSuccess: () => toast.success(`${apiKey.name} is deleted`),
    onError: (error) => toastError(`${apiKey.name} was not deleted`, error),
    onSettled: () => queryClient.invalidateQueries({ queryKey: apiKeysQuery.queryKey }),
  })
  return (
    <Confirm
      trigger={
        <Button look="quiet" size="icon" aria-label={`Delete ${apiKey.name}`} disabled={isPending}>
          <Trash2 aria-hidden />
        </Button>
      }
      title={`Delete ${apiKey.name}?`}
      description={`Programs that use ${apiKey.start}… are refused from then on. This cannot be undone.`}
      action="Delete key"
      onConfirm={() => mutate()}
    />
  )
}
