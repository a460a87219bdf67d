import { z } from 'zod'
import { names } from '../common/names.ts'

export const repositories = names.meta({
  title: 'Repositories',
  description: 'Only events of these repositories, as owner/name. Empty means all.',
})
export const labels = names.meta({
  title: 'Labels',
  description: 'Only when at least one of these labels is there. For labeled and unlabeled, the label it is about.',
})
export const branches = names.meta({
  title: 'Branches',
  description: 'Only these branches; a star at the end stands for the rest of the name. For pull requests, the target.',
})
export const actions = names.meta({
  title: 'Actions',
  description: 'Only these actions, as GitHub names them, for example opened. Empty means all.',
})
export const conclusions = z
  .array(
    z.enum([
      'success',
      'failure',
      'cancelled',
      'timed_out',
      'action_required',
      'neutral',
      'skipped',
      'stale',
      'startup_failure',
    ]),
  )
  .max(20)
  .optional()
  .meta({ title: 'Conclusions', description: 'Only what ended in one of these ways, for example failure.' })
export const checks = names.meta({
  title: 'Checks',
  description: 'Only checks of these names, for example lint. Empty means all.',
})
export const workflows = names.meta({
  title: 'Workflows',
  description: 'Only runs of workflows of these names, for example CI. Empty means all.',
})
