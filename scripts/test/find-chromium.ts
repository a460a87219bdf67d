import { accessSync, constants } from 'node:fs'

const USUAL_PLACES = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/snap/bin/chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
]

/**
 * Path of a Chromium that is installed on this machine, or undefined. CHROME_PATH comes first.
 *
 * @throws when CHROME_PATH is set and is not a program: a typing error must not quietly leave the browser suite out
 */
export function findChromium(environment: NodeJS.ProcessEnv = process.env, places = USUAL_PLACES): string | undefined {
  const wanted = environment.CHROME_PATH
  if (wanted && !isProgram(wanted)) throw new Error(`CHROME_PATH is not a program that can be run: ${wanted}`)
  return wanted || places.find(isProgram)
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
