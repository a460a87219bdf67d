/**
 * `fetch` whose answer is there whole within `deadlineMs`, or not at all: rejects with a TimeoutError. The timer ends with
 * the call. `AbortSignal.timeout` would go on until its time, and keep the object that called in memory meanwhile.
 */
export async function fetchWhole(url: string | URL, init: RequestInit, deadlineMs: number): Promise<Response> {
  const controller = new AbortController()
  const late = () => controller.abort(new DOMException(`No answer within ${deadlineMs} ms`, 'TimeoutError'))
  const timer = setTimeout(late, deadlineMs)
  try {
    const response = await fetch(url, { ...init, signal: controller.signal })
    const body = await response.arrayBuffer()
    // An answer that may have no body takes no empty one either.
    return new Response(body.byteLength === 0 ? null : body, response)
  } finally {
    clearTimeout(timer)
  }
}
