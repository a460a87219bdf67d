import { Search } from 'lucide-react'
import { useEffect, useState } from 'react'
import { Input } from '../../ui/field.tsx'

const PAUSE_MS = 250

/** Searches once the person pauses, and at once on Enter. */
export function SearchBox(props: { label: string; value: string; onSearch: (q: string) => void }) {
  const { label, value, onSearch } = props
  const [text, setText] = useState(value)
  useEffect(() => {
    if (text.trim() === value) return
    const timer = setTimeout(() => onSearch(text.trim()), PAUSE_MS)
    return () => clearTimeout(timer)
  }, [text, value, onSearch])
  return (
    <form
      role="search"
      className="relative w-44 sm:w-64"
      onSubmit={(event) => {
        event.preventDefault()
        onSearch(text.trim())
      }}
    >
      <Search aria-hidden className="absolute top-2 left-2.5 size-3.5 text-ink-faint" />
      <Input
        type="search"
        aria-label={label}
        placeholder="Name, email or id"
        value={text}
        maxLength={200}
        className="h-7.5 pl-8 text-sm"
        onChange={({ target }) => setText(target.value)}
      />
    </form>
  )
}
