import { z } from 'zod'

/** One server-sent event. `pauseMs`: wait this long after it. */
export type SseEvent = { event?: string; data: string; pauseMs?: number }

const PIECE_LENGTH = 24

/** A text in the small pieces a real model streams. */
export function pieces(text: string): string[] {
  return text.match(new RegExp(`[\\s\\S]{1,${PIECE_LENGTH}}`, 'g')) ?? []
}

const block = z.looseObject({ type: z.string().optional(), text: z.string().optional() })

/** Message content in both protocols: a plain text, or blocks of which only the texts matter here. */
export const content = z.union([z.string(), z.array(block), z.null()]).optional()
export type Content = z.output<typeof content>

export function textOf(value: Content): string {
  if (!Array.isArray(value)) return value ?? ''
  return value
    .map(({ text }) => text)
    .filter((text) => text !== undefined)
    .join('\n')
}
