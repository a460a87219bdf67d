/** The last part of an article's address, made from its title. */
export function slugify(title: string): string {
  return title.toLowerCase().replace(/[^a-z0-9]/g, '-')
}
