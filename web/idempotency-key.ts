import { useCallback, useRef } from 'react'

/** Gives the Idempotency-Key of a form: the same content keeps its key, so that sending it again does it once. */
export function useIdempotencyKey(): (content: unknown) => string {
  const sent = useRef({ content: '', key: '' })
  return useCallback((value: unknown) => {
    const content = JSON.stringify(value)
    if (sent.current.content !== content) sent.current = { content, key: crypto.randomUUID() }
    return sent.current.key
  }, [])
}
