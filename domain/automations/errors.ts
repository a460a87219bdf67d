import { defineError } from '#kernel/errors'

export const AutomationNotFound = defineError('automation.not_found', 'not_found', 'Automation not found')
export const AutomationInUse = defineError(
  'automation.in_use',
  'conflict',
  'One of its runs has not ended; cancel it first',
)
export const RunNotFound = defineError('run.not_found', 'not_found', 'Run not found')
export const RunStateConflict = defineError(
  'run.state_conflict',
  'conflict',
  'The run is not in a state that allows this',
)
export const RunCompletionConflict = defineError(
  'run.completion_conflict',
  'conflict',
  'The run was completed with something else',
)
