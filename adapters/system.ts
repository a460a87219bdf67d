import type { Clock } from '#kernel/clock'
import type { Ids } from '#kernel/ids'

export const systemClock: Clock = { now: () => new Date() }

/** UUIDv7: 48 bits of milliseconds, then random bits (RFC 9562 §5.7). */
export function uuidV7(now: number, random: Uint8Array): string {
  const bytes = Uint8Array.from(random.subarray(0, 16))
  for (let index = 0; index < 6; index += 1) bytes[index] = Math.floor(now / 2 ** (8 * (5 - index))) & 0xff
  bytes[6] = 0x70 | ((bytes[6] ?? 0) & 0x0f)
  bytes[8] = 0x80 | ((bytes[8] ?? 0) & 0x3f)
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
}

let lastMs = 0
let counter = 0

/** Ids of one isolate grow strictly, also within a millisecond: 12 bits of counter stand in for random ones. */
export const systemIds: Ids = {
  next: () => {
    const now = Math.max(Date.now(), lastMs)
    counter = now === lastMs ? counter + 1 : 0
    const ms = counter > 0xfff ? now + 1 : now
    if (counter > 0xfff) counter = 0
    lastMs = ms
    const random = crypto.getRandomValues(new Uint8Array(16))
    random[6] = counter >> 8
    random[7] = counter & 0xff
    return uuidV7(ms, random)
  },
}
