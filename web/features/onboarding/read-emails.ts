import { z } from 'zod'

/** How many people can be invited at once. */
export const MAX_EMAILS = 20

const Email = z.email().max(254)

/** The addresses in a text, each once and in small letters, and what in it is none. */
export function readEmails(text: string): { emails: string[]; wrong: string[] } {
  const words = [...new Set(text.toLowerCase().split(/[\s,;]+/).filter((word) => word !== ''))]
  const isEmail = (word: string) => Email.safeParse(word).success
  return { emails: words.filter(isEmail), wrong: words.filter((word) => !isEmail(word)) }
}
