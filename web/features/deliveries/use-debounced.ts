import { useEffect, useRef, useState } from 'react'

const QUIET_MS = 300

/**
 * What stands in a field while somebody types, and tells `onSettled` once they pause. A value that changes from outside
 * replaces it.
 */
export function useDebounced(value: string, onSettled: (value: string) => void): [string, (typed: string) => void] {
  const [typed, setTyped] = useState(value)
  const [known, setKnown] = useState(value)
  const tell = useRef(onSettled)
  useEffect(() => {
    tell.current = onSettled
  })
  if (known !== value) {
    setKnown(value)
    if (typed.trim() !== value) setTyped(value)
  }
  useEffect(() => {
    const settled = typed.trim()
    if (settled === value) return
    const timer = setTimeout(() => tell.current(settled), QUIET_MS)
    return () => clearTimeout(timer)
  }, [typed, value])
  return [typed, setTyped]
}
