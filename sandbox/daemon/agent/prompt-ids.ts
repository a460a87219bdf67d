import { createHash } from 'node:crypto'

const BASE62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
const RANDOM_LETTERS = 14

/**
 * Ids for a prompt's message and part. With ids of ours, handing the same prompt over twice makes one message;
 * without a part id the part would be added twice. OpenCode orders messages by id, which begins with the time: it
 * must be the time of the hand-over, not that of the prompt, or an older prompt would be taken for one that was
 * answered long ago.
 */
export function promptIds(promptId: string, attempt: number, atMs: number): { messageID: string; partID: string } {
  // OpenCode's own form: 48 bits of milliseconds · 4096 + counter, in hex, then 14 letters.
  const time = ((BigInt(atMs) * 0x1000n + 1n) & 0xffffffffffffn).toString(16).padStart(12, '0')
  const digest = createHash('sha256').update(`${promptId}/${attempt}`).digest()
  const letters = Array.from(digest.subarray(0, RANDOM_LETTERS), (byte) => BASE62[byte % BASE62.length]).join('')
  return { messageID: `msg_${time}${letters}`, partID: `prt_${time}${letters}` }
}
