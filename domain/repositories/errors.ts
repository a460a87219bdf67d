import { defineError } from '#kernel/errors'

export const RepositoryNotFound = defineError('repository.not_found', 'not_found', 'Repository not found')
export const ConfigurationNotFound = defineError('configuration.not_found', 'not_found', 'Configuration not found')
export const RepositoryContended = defineError(
  'repository.contended',
  'conflict',
  'Somebody else is changing this repository; try again',
)
