import { RE2JS } from 're2js'

/** Larger programs come from nested repetitions; none of them is what a person meant. */
const MAX_PROGRAM_SIZE = 1_000
/** Characters times program size: about a tenth of a second at the worst; no event of a provider comes near. */
const MAX_WORK = 20_000_000

/** A regular expression that was read once, and takes a time linear in the text. */
export interface Pattern {
  /** Whether it is found anywhere in the text. */
  found(text: string): boolean
  /** Longer texts are not searched: `found` is false. */
  maxCharacters: number
}

/** Reads a pattern in the syntax of RE2: that of most languages without look-around and back-references. */
export function readPattern(source: string): { ok: true; pattern: Pattern } | { ok: false; message: string } {
  const compiled = compile(source)
  if (typeof compiled === 'string') return { ok: false, message: compiled }
  const size = compiled.programSize()
  if (size > MAX_PROGRAM_SIZE) return { ok: false, message: 'repeats too much to be searched quickly' }
  const maxCharacters = Math.floor(MAX_WORK / size)
  return { ok: true, pattern: { maxCharacters, found: (text) => text.length <= maxCharacters && compiled.test(text) } }
}

function compile(source: string): RE2JS | string {
  try {
    return RE2JS.compile(source)
  } catch (error) {
    const why = error instanceof Error ? error.message.replace(/^error parsing regexp: /, '') : 'unreadable'
    return `is not a regular expression of RE2: ${why}`
  }
}
