const LINK = /(https?:\/\/[^\s<>"]+)/

/** A text in its order, cut into addresses and what stands between them. */
export function textParts(text: string): { text: string; isLink: boolean }[] {
  return text
    .split(LINK)
    .map((part, index) => ({ text: part, isLink: index % 2 === 1 }))
    .filter((part) => part.text !== '')
}
