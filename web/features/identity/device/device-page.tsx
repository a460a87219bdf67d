import { useQuery } from '@tanstack/react-query'
import { UserCode } from '#schema/contracts/identity'
import type { DeviceRequest } from '#schema/contracts/identity'
import { explainError, isStatus } from '../../../client.ts'
import { Entrance, EntranceSkeleton } from '../../../ui/entrance.tsx'
import { useTitle } from '../../../ui/title.ts'
import { CodeForm } from './code-form.tsx'
import { DeviceConsent } from './device-consent.tsx'
import { DeviceEnded } from './device-ended.tsx'
import { deviceQuery } from './queries.ts'

interface DevicePageProps {
  code: string | undefined
  onCode: (code: string | undefined) => void
}

/** Where a person lets a device act for them: by the code that it shows. */
export function DevicePage({ code, onCode }: DevicePageProps) {
  useTitle('Authorize a device')
  if (code === undefined || code.trim() === '') return <EnterCode code={undefined} onCode={onCode} />
  const userCode = UserCode.parse(code)
  return <KnownCode key={userCode} userCode={userCode} onCode={onCode} />
}

function EnterCode({ code, onCode, refusal }: DevicePageProps & { refusal?: string }) {
  return (
    <Entrance title="Authorize a device" lead="Type the code that the device shows.">
      <CodeForm typed={code} refusal={refusal} onCode={onCode} />
    </Entrance>
  )
}

function KnownCode({ userCode, onCode }: Pick<DevicePageProps, 'onCode'> & { userCode: string }) {
  const { data, error } = useQuery(deviceQuery(userCode))
  if (data !== undefined) return <Request request={data} onCode={onCode} />
  if (error === null) return <EntranceSkeleton />
  return <EnterCode code={userCode} onCode={onCode} refusal={explainRefusal(error, userCode)} />
}

function explainRefusal(error: unknown, userCode: string): string {
  if (isStatus(error, 404)) return `There is no request with the code ${userCode}. Compare it with the device.`
  if (isStatus(error, 429)) return 'Too many wrong codes. Wait ten minutes, then try again.'
  return explainError(error).message
}

const START_AGAIN = 'Start again on the device to get a new code.'

function Request({ request, onCode }: Pick<DevicePageProps, 'onCode'> & { request: DeviceRequest }) {
  const onAnother = () => onCode(undefined)
  switch (request.status) {
    case 'pending':
      return <DeviceConsent request={request} onAnother={onAnother} />
    case 'authorized':
    case 'consumed':
      return (
        <DeviceEnded
          title="This code was used already"
          lead="If that was not you, delete the key that was made."
          hasKey
          onAnother={onAnother}
        />
      )
    case 'denied':
      return <DeviceEnded title="This request was denied" lead={START_AGAIN} onAnother={onAnother} />
    case 'expired':
      return <DeviceEnded title="This code has expired" lead={START_AGAIN} onAnother={onAnother} />
    default:
      return request.status satisfies never
  }
}
