import path from 'node:path'

/** The checkout. */
export const PROJECT = path.resolve(import.meta.dirname, '../..')
