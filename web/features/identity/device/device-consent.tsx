import { useMutation, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { DeviceRequest, Me } from '#schema/contracts/identity'
import { endpoints } from '#schema/endpoints/index'
import { call, explainError } from '../../../client.ts'
import { Button } from '../../../ui/button.tsx'
import { Entrance, EntranceSkeleton } from '../../../ui/entrance.tsx'
import { Field } from '../../../ui/field.tsx'
import { Fact, Facts } from '../../../ui/page.tsx'
import { Select } from '../../../ui/select.tsx'
import { InlineError } from '../../../ui/states.tsx'
import { Ago } from '../../../ui/time.tsx'
import { meQuery } from '../me.ts'
import { DeviceEnded } from './device-ended.tsx'

interface ConsentProps {
  request: DeviceRequest
  onAnother: () => void
}

/** Shows who asks, from where, and lets the person decide. */
export function DeviceConsent(props: ConsentProps) {
  const { data: me } = useQuery(meQuery)
  return me === undefined ? <EntranceSkeleton /> : <Consent {...props} me={me} />
}

type Decision = { allow: true; organizationId: string } | { allow: false }

function Consent({ request, onAnother, me }: ConsentProps & { me: Me }) {
  const { userCode, clientName } = request
  const [organizationId, setOrganizationId] = useState(me.organization?.id ?? me.organizations[0]?.id)
  const deciding = useMutation({
    mutationFn: async (decision: Decision) => {
      if (!decision.allow) return call(endpoints.deviceConsent.deny, { body: { userCode } })
      const { organizationId } = decision
      return call(endpoints.deviceConsent.authorize, { body: { userCode, organizationId } })
    },
  })
  if (deciding.isSuccess) return <Decided allowed={deciding.variables.allow} {...{ clientName, onAnother }} />
  return (
    <Entrance
      wide
      title={`Authorize ${clientName}?`}
      lead="It will be able to do everything that you may do in the organization you choose, for 90 days."
      foot={<p>Signed in as {me.user.email}. Only go on if you have just started this on a device of your own.</p>}
    >
      <div className="grid grid-cols-1 gap-4">
        <DeviceFacts request={request} />
        <OrganizationField me={me} value={organizationId} onChange={setOrganizationId} />
        {deciding.error === null ? null : <InlineError>{explainError(deciding.error).message}</InlineError>}
        <div className="grid grid-cols-[1fr_auto] gap-2">
          <Button
            look="primary"
            className="h-9"
            disabled={deciding.isPending || organizationId === undefined}
            onClick={() => organizationId !== undefined && deciding.mutate({ allow: true, organizationId })}
          >
            Authorize
          </Button>
          <Button className="h-9" disabled={deciding.isPending} onClick={() => deciding.mutate({ allow: false })}>
            Deny
          </Button>
        </div>
        <Button look="quiet" onClick={onAnother}>
          My device shows another code
        </Button>
      </div>
    </Entrance>
  )
}

function OrganizationField(props: {
  me: Me
  value: string | undefined
  onChange: (organizationId: string) => void
}) {
  const { me, value, onChange } = props
  if (me.organizations.length === 0) {
    return <InlineError>You are in no organization yet, so there is nowhere for the device to act.</InlineError>
  }
  const options = me.organizations.map(({ id, name, role }) => ({ value: id, label: name, hint: role }))
  return (
    <Field label="Organization">
      {(id) => <Select id={id} value={value} options={options} onChange={onChange} className="h-9 w-full" />}
    </Field>
  )
}

function DeviceFacts({ request }: { request: DeviceRequest }) {
  const { userCode, clientName, ipAddress, userAgent, createdAt } = request
  return (
    <div className="rounded-lg border border-line bg-surface">
      <p className="border-b border-line p-4 text-center font-mono text-xl tracking-widest">{userCode}</p>
      <Facts className="p-4">
        <Fact name="Device">{clientName}</Fact>
        <Fact name="From">{ipAddress ?? 'unknown address'}</Fact>
        {userAgent === null ? null : <Fact name="Software">{userAgent}</Fact>}
        <Fact name="Asked">
          <Ago at={createdAt} />
        </Fact>
      </Facts>
    </div>
  )
}

function Decided(props: { allowed: boolean; clientName: string; onAnother: () => void }) {
  const { allowed, clientName, onAnother } = props
  return allowed ? (
    <DeviceEnded
      title={`${clientName} is authorized`}
      lead="It goes on by itself in a few seconds. You can close this window."
      hasKey
      onAnother={onAnother}
    />
  ) : (
    <DeviceEnded
      title="The request is denied"
      lead="The device gets nothing. You can close this window."
      onAnother={onAnother}
    />
  )
}
