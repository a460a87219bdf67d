import { CreateInvitation } from '#schema/contracts/identity'

/** How many people are invited at once. */
export const MAX_ADDRESSES = 20

/**
 * The e-mail addresses in a text that was typed or pasted: parted by blanks, commas or lines, each once, as the API
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
