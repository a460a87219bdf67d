import { z } from 'zod'

/** What a clause compares with. */
export type Scalar = string | number | boolean | null

const Literal = z.union([z.string(), z.number(), z.boolean(), z.null()])

/** What was typed, as a value: `3`, `true` and `null` are what they look like, quotes make a text of anything. */
export function readValue(text: string): Scalar {
  const typed = text.trim()
  try {
    return Literal.parse(JSON.parse(typed))
  } catch {
    return typed
  }
}

/** A value as one would type it: a text that looks like something else, or has a quote or comma, stands in quotes. */
export function writeValue(value: Scalar): string {
  if (typeof value !== 'string') return String(value)
  const isPlain = value !== '' && readValue(value) === value && !/^\s|\s$|[",]/.test(value)
  return isPlain ? value : JSON.stringify(value)
}

/** Values with commas between them; a comma in quotes belongs to its text. */
export function readValues(text: string): Scalar[] {
  const parts = text.match(/(?:"(?:[^"\\]|\\.)*"|[^,])+/g) ?? []
  return parts.filter((part) => part.trim() !== '').map(readValue)
}

export function writeValues(values: readonly Scalar[]): string {
  return values.map(writeValue).join(', ')
}
