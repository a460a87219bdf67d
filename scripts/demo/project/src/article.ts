import { readingMinutes } from './reading-time.ts'
import { slugify } from './slugify.ts'
import { summarize } from './summarize.ts'

export type Article = { title: string; body: string }

/** What the list of articles shows of one. */
export function describeArticle({ title, body }: Article) {
  return { title, address: `/articles/${slugify(title)}`, minutes: readingMinutes(body), summary: summarize(body) }
}
