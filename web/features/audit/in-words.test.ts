import { describe, expect, it } from 'vitest'
import { doneInWords, SUBJECTS, subjectInWords, verbInWords, VERBS } from './in-words.ts'

const sources = Object.values(
  import.meta.glob<string>(['../../../{domain,adapters,workers,durable-objects}/**/*.ts', '!**/*.test.ts'], {
    query: '?raw',
    import: 'default',
    eager: true,
  }),
)

/** Every word that follows `before` in what writes to the log, also where it is one of several. */
function loggedAfter(before: RegExp): string[] {
  const logging = sources.filter((text) => /\b(recordAudit|auditedFrom|auditRowOf)\b/.test(text)).join('\n')
  const found = [...logging.matchAll(before)].flatMap(([text]) => [...text.matchAll(/'([a-z_]+)'/g)])
  return [...new Set(found.flatMap(([, word]) => word ?? []))]
}

describe('what stands in the audit log', () => {
  it('has words for everything that is logged as done', () => {
    const verbs = loggedAfter(/\bverb: '[a-z_]+'(?: \| '[a-z_]+')*/g)
    expect(verbs).toContain('rotate_secret')
    expect(verbs.filter((verb) => VERBS[verb] === undefined)).toEqual([])
  })

  it('has words for everything that it is done to', () => {
    const subjects = loggedAfter(/\bsubject(?: =|:) \{ kind: '[a-z_]+'/g)
    expect(subjects).toContain('trigger_event')
    expect(subjects.filter((subject) => SUBJECTS[subject] === undefined)).toEqual([])
  })

  it('reads as a sentence, and names nothing as the code does', () => {
    expect(doneInWords('update', 'member')).toBe('Updated member')
    expect(doneInWords('rotate_secret', 'webhook_endpoint')).toBe('Rotated secret of webhook address')
    expect([verbInWords('rotate_secret'), subjectInWords('trigger')]).toEqual(['Rotated secret', 'Automation event'])
    expect(Object.values(SUBJECTS).join(' ')).not.toMatch(/trigger|provider|endpoint/i)
  })

  it('still says what it has no words for', () => {
    expect(doneInWords('sign_out', 'own_account')).toBe('Sign out own account')
    expect([verbInWords('sign_out'), subjectInWords('own_account')]).toEqual(['Sign out', 'Own account'])
  })
})
