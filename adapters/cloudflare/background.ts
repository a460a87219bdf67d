/**
 * Lets work go on after the answer was given. Imported when it is needed: the same modules are also loaded by tests
 * outside of the runtime.
 */
export function inBackground(work: Promise<unknown>): void {
  void import('cloudflare:workers').then(({ waitUntil }) => waitUntil(work))
}
