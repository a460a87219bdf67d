import { describe, expect, it } from 'vitest'
import { ApiError } from '#schema/endpoints/client'
import { issueAt, issuesElsewhere, issuesOf } from './issues.ts'

const issues = [
  { path: 'config.labels.0', message: 'is too long' },
  { path: 'config.labelsOld', message: 'is not known' },
  { path: 'triggerType', message: 'does not go with this event' },
  { path: '', message: 'is not an object' },
]

describe('what the API refused', () => {
  it('is told at the field that it is about, or about a part of it', () => {
    expect(issueAt(issues, 'config.labels')).toBe('is too long')
    expect(issueAt(issues, 'config.zone')).toBeUndefined()
    expect(issueAt([{ path: 'config.labelsOld', message: 'x' }], 'config.labels')).toBeUndefined()
  })

  it('is told elsewhere when no field shows it', () => {
    const rest = ['config.labelsOld: is not known', 'triggerType: does not go with this event', 'is not an object']
    expect(issuesElsewhere(issues, ['config.labels'])).toEqual(rest)
    expect(issuesElsewhere(issues, ['config', 'triggerType'])).toEqual(['is not an object'])
  })

  it('is read from the problem of an answer, and from nothing else', () => {
    const told = { type: 't', title: 'Not valid', status: 400, code: 'trigger.invalid', requestId: 'r', issues }
    expect(issuesOf(new ApiError(400, told, ''))).toEqual(issues)
    expect(issuesOf(new ApiError(503, null, 'away'))).toEqual([])
    expect(issuesOf(new Error('no'))).toEqual([])
    expect(issuesOf(null)).toEqual([])
  })
})
