import { useId } from 'react'
import { ApiKeyScope } from '#schema/contracts/scopes'
import { Button } from '../../ui/button.tsx'
import { includedScopes, SCOPE_WORDS } from './scope-words.ts'

const READING = ApiKeyScope.options.filter((scope) => scope.endsWith(':read'))

/** What the key may do; what a chosen scope includes is ticked with it. */
export function ScopeChoices(props: { chosen: ApiKeyScope[]; onChange: (chosen: ApiKeyScope[]) => void }) {
  const { chosen, onChange } = props
  const id = useId()
  const included = includedScopes(chosen)
  return (
    <div role="group" aria-labelledby={id} className="grid min-w-0 gap-1.5">
      <div className="flex items-center gap-1">
        <p id={id} className="mr-auto text-sm font-medium">
          It may
        </p>
        <Button look="quiet" size="small" onClick={() => onChange(READING)}>
          Read only
        </Button>
        <Button look="quiet" size="small" className="-mr-2.5" onClick={() => onChange([...ApiKeyScope.options])}>
          All
        </Button>
      </div>
      <div className="grid gap-px overflow-hidden rounded-md border border-line bg-line sm:grid-cols-2">
        {ApiKeyScope.options.map((scope) => (
          <label
            key={scope}
            className="flex items-start gap-2.5 bg-raised px-3 py-1 text-sm last:odd:col-span-full hover:bg-hover sm:py-1.5"
          >
            <input
              type="checkbox"
              className="mt-0.5 size-3.5 shrink-0 accent-ink"
              checked={chosen.includes(scope) || included.includes(scope)}
              disabled={included.includes(scope)}
              onChange={({ target }) => {
                onChange(target.checked ? [...chosen, scope] : chosen.filter((other) => other !== scope))
              }}
            />
            <span className="min-w-0">{SCOPE_WORDS[scope]}</span>
          </label>
        ))}
      </div>
    </div>
  )
}
