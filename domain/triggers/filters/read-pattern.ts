import { RE2JS } from 're2js'

/** Larger programs come from nested repetitions, and could search only the beginning of what a filter may cost. */
const MAX_PROGRAM_SIZE = 150

/** A regular expression that was read once; a search takes at most `size` steps for every character of the text. */
export interface Pattern {
  /** Whether it is found anywhere in the text. */
  found(text: string): boolean
  size: number
}

/** Reads a pattern in the syntax of RE2: that of most languages without look-around and back-references. */
export function readPattern(source: string): { ok: true; pattern: Pattern } | { ok: false; message: string } {
  const compiled = compile(source)
  if (typeof compiled === 'string') return { ok: false, message: compiled }
  const size = compiled.programSize()
  if (size > MAX_PROGRAM_SIZE) return { ok: false, message: 'repeats or lists too much to be searched quickly' }
  return { ok: true, pattern: { size, found: (text) => compiled.test(text) } }
}

function compile(source: string): RE2JS | string {
  try {
    return RE2JS.compile(source)
  } catch (error) {
    const why = error instanceof Error ? error.message.replace(/^error parsing regexp: /, '') : 'unreadable'
    return `is not a regular expression of RE2: ${why}`
  }
}
