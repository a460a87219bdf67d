import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { sourceFiles } from './folders.ts'

export interface HouseFigures {
  files: number
  medianLines: number
  p90Lines: number
  maxLines: number
  /** The five longest files, longest first. */
  largest: { path: string; lines: number }[]
}

/** Counts the lines of every TypeScript file of the house; the goals are median ≤ 60, p90 ≤ 200, at most 400. */
export async function houseFigures(root: string): Promise<HouseFigures> {
  const sizes: { path: string; lines: number }[] = []
  for (const path of await sourceFiles(root)) {
    const text = await readFile(join(root, path), 'utf8')
    sizes.push({ path, lines: text.split('\n').length - 1 })
  }
  sizes.sort((a, b) => b.lines - a.lines || a.path.localeCompare(b.path))
  const share = (part: number) => sizes[Math.floor((sizes.length - 1) * (1 - part))]?.lines ?? 0
  return {
    files: sizes.length,
    medianLines: share(0.5),
    p90Lines: share(0.9),
    maxLines: share(1),
    largest: sizes.slice(0, 5),
  }
}

/** The figures as the two lines that end `npm run check`. */
export function describeFigures(figures: HouseFigures): string {
  const { files, medianLines, p90Lines, maxLines, largest } = figures
  return [
    `house: ${files} files, median ${medianLines} lines, p90 ${p90Lines}, max ${maxLines}`,
    `largest: ${largest.map(({ path, lines }) => `${path} ${lines}`).join(', ')}`,
  ].join('\n')
}
