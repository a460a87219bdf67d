import { defineError } from '#kernel/errors'

export const BlobKeyInvalid = defineError('blob.key_invalid', 'invalid', 'This is not a name that a file may have here')
export const BlobNotFound = defineError('blob.not_found', 'not_found', 'There is no such file')
export const BlobTooLarge = defineError('blob.too_large', 'too_large', 'The file is too large')
export const NoGitCredential = defineError(
  'git.no_credential',
  'not_found',
  'The session has no credential for this URL',
)
