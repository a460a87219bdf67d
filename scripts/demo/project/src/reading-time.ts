const WORDS_PER_MINUTE = 220

/** Whole minutes a text takes to read, at least one. */
export function readingMinutes(text: string): number {
  const words = text.split(/\s+/).filter((word) => word.length > 0)
  return Math.max(1, Math.ceil(words.length / WORDS_PER_MINUTE))
}
