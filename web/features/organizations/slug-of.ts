const LONGEST = 60

/** The slug that a name suggests: `Acme & Söhne` becomes `acme-sohne`. Empty when no letter or digit is left. */
export function slugOf(name: string): string {
  return name
    .normalize('NFKD')
    .replace(/\p{Mark}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, LONGEST)
    .replace(/^-+|-+$/g, '')
}
