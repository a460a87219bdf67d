import { describe, expect, it } from 'vitest'
import { doneBefore, doneWith, isWalked, placeIn } from './steps.ts'

describe('the first steps', () => {
  it('begin with the question for whom', () => {
    expect(placeIn({ path: null, done: [] })).toBeNull()
  })

  it('resume at the first that is not done', () => {
    const done = ['organization', 'questionnaire'] as const
    expect(placeIn({ path: 'organization', done: [...done] })).toEqual({ step: 'invite', number: 3, count: 4 })
    expect(placeIn({ path: 'developer', done: [...done] })).toEqual({ step: 'repository', number: 1, count: 1 })
  })

  it('are walked when each of the path is done, and stay at the last until the end is noted', () => {
    const walked = { path: 'developer', done: ['repository'] } as const
    expect(isWalked({ ...walked, done: [...walked.done] })).toBe(true)
    expect(isWalked({ path: 'organization', done: ['repository'] })).toBe(false)
    expect(placeIn({ ...walked, done: [...walked.done] })?.step).toBe('repository')
  })

  it('go back by one, but never to creating a second organization', () => {
    expect(doneBefore({ path: 'organization', done: ['organization', 'questionnaire'] })).toEqual(['organization'])
    expect(doneBefore({ path: 'organization', done: ['organization'] })).toBeNull()
    expect(doneBefore({ path: 'developer', done: [] })).toBeNull()
  })

  it('are noted once', () => {
    expect(doneWith(['organization'], 'organization')).toEqual(['organization'])
    expect(doneWith(['organization'], 'invite')).toEqual(['organization', 'invite'])
  })
})
