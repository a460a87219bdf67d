import { CreateInvitation } from '#schema/contracts/identity'

/** How many people are invited at once. */
export const MAX_ADDRESSES = 20

/**
 * The email addresses in a text that was typed or pasted: parted by blanks, commas or lines, each once, as the API
 * writes them. `wrong` is what is no address.
 */
export function addressesOf(text: string): { addresses: string[]; wrong: string[] } {
  const words = text.split(/[\s,;]+/).filter((word) => word !== '')
  const addresses = new Set<string>()
  const wrong = new Set<string>()
  for (const word of words) {
    const address = CreateInvitation.shape.email.safeParse(word.replace(/^<|>$/g, ''))
    if (address.success) addresses.add(address.data)
    else wrong.add(word)
  }
  return { addresses: [...addresses], wrong: [...wrong] }
}

/** Why nobody of them is invited; undefined when all can be. */
export function refuse({ addresses, wrong }: ReturnType<typeof addressesOf>): string | undefined {
  if (wrong.length > 0) return `Not an address: ${wrong.join(', ')}`
  if (addresses.length > MAX_ADDRESSES) return `These are ${addresses.length}. Invite ${MAX_ADDRESSES} at a time.`
  return undefined
}
