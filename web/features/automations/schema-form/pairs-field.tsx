import { Plus, X } from 'lucide-react'
import { useState } from 'react'
import { Button } from '../../../ui/button.tsx'
import { Input } from '../../../ui/field.tsx'
import type { Config } from './config-value.ts'
import { Told } from './told.tsx'

interface Row {
  name: string
  text: string
}

/** Values by name, a row each; a row without a name does not count. */
export function PairsField(props: {
  label: string
  hint: string | undefined
  error: string | undefined
  value: Config
  onChange: (value: Config) => void
}) {
  const { label, hint, error, value, onChange } = props
  const [rows, setRows] = useState<Row[]>(() => {
    return Object.entries(value).map(([name, part]) => ({ name, text: String(part) }))
  })
  const change = (next: Row[]) => {
    setRows(next)
    const named = next.filter(({ name }) => name.trim() !== '')
    onChange(Object.fromEntries(named.map(({ name, text }) => [name.trim(), text])))
  }
  const set = (at: number, part: Partial<Row>) => {
    change(rows.map((row, index) => (index === at ? { ...row, ...part } : row)))
  }
  return (
    <fieldset className="grid gap-1.5">
      <legend className="mb-1.5 text-sm font-medium">{label}</legend>
      {rows.map((row, index) => (
        <div key={index} className="grid grid-cols-[minmax(0,1fr)_minmax(0,1fr)_auto] items-center gap-1.5">
          <Input
            value={row.name}
            aria-label={`Name ${index + 1}`}
            placeholder="Name"
            onChange={({ target }) => set(index, { name: target.value })}
          />
          <Input
            value={row.text}
            aria-label={`Value ${index + 1}`}
            placeholder="Value"
            onChange={({ target }) => set(index, { text: target.value })}
          />
          <Button
            look="quiet"
            size="icon"
            aria-label={`Remove ${row.name === '' ? `row ${index + 1}` : row.name}`}
            onClick={() => change(rows.filter((_, other) => other !== index))}
          >
            <X aria-hidden />
          </Button>
        </div>
      ))}
      <Button size="small" className="justify-self-start" onClick={() => setRows([...rows, { name: '', text: '' }])}>
        <Plus aria-hidden />
        Add a value
      </Button>
      <Told hint={hint} error={error} />
    </fieldset>
  )
}
