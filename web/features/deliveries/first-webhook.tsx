import { Link } from '@tanstack/react-router'
import { buttonStyles } from '../../ui/button.tsx'
import { EmptyState } from '../../ui/states.tsx'

const STEPS = [
  'In an automation, choose the service and what it runs for, and create the webhook address. Its secret is shown once.',
  'Enter both in the webhook settings of the service, with JSON as its content type.',
  'Let it send something: a test delivery, or a new issue. It is listed here within seconds.',
]

/** What stands in the place of the list before anything was delivered. */
export function FirstWebhook() {
  return (
    <>
      <EmptyState title="Nothing was delivered yet">
        Every webhook with a valid signature is kept here, with what became of it and why. To send the first one:
      </EmptyState>
      <ol aria-label="How to send the first webhook" className="mx-auto -mt-14 grid max-w-md gap-2 px-6 pb-4 text-sm">
        {STEPS.map((step, index) => (
          <li key={step} className="flex gap-3 rounded-lg border border-line px-3.5 py-2.5">
            <span aria-hidden className="font-mono text-xs leading-5 text-ink-faint">
              {index + 1}
            </span>
            <span className="text-ink-soft">{step}</span>
          </li>
        ))}
      </ol>
      <p className="pb-20 text-center">
        <Link to="/dashboard/automations" className={buttonStyles()}>
          Open automations
        </Link>
      </p>
    </>
  )
}
