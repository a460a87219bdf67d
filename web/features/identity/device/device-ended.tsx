import { Link } from '@tanstack/react-router'
import { Button, buttonStyles } from '../../../ui/button.tsx'
import { cx } from '../../../ui/class-names.ts'
import { Entrance } from '../../../ui/entrance.tsx'

/** What became of a request, and where to go from there: to the keys where one was made, and to another code. */
export function DeviceEnded(props: { title: string; lead: string; hasKey?: boolean; onAnother: () => void }) {
  const { title, lead, hasKey = false, onAnother } = props
  return (
    <Entrance title={title} lead={lead}>
      <div className="grid gap-2">
        {hasKey ? (
          <Link to="/settings/api-keys" className={cx(buttonStyles(), 'h-9')}>
            Open API keys
          </Link>
        ) : null}
        <Button look={hasKey ? 'quiet' : 'outline'} className="h-9" onClick={onAnother}>
          Enter another code
        </Button>
      </div>
    </Entrance>
  )
}
