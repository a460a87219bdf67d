import { useState } from 'react'
import { cx } from './class-names.ts'

const SIZES = { tiny: 'size-5 text-[9px]', small: 'size-6.5 text-[10.5px]', large: 'size-12 text-base' }
const SHAPES = { round: 'rounded-full', square: 'rounded-md' }

/** Where pictures may come from, as `public/_headers` says too: hosts that tell nobody who looked. */
const PICTURE_HOSTS = /^(?:avatars\.githubusercontent\.com|[\w-]+\.googleusercontent\.com)$/

/** The same in words, for fields that take an address. */
export const PICTURE_SOURCES = 'From avatars.githubusercontent.com or googleusercontent.com.'

/** Whether a picture at this address would be shown. */
export function isShownPicture(address: string): boolean {
  if (!URL.canParse(address)) return false
  const { protocol, hostname } = new URL(address)
  return protocol === 'https:' && PICTURE_HOSTS.test(hostname)
}

interface AvatarProps {
  name: string
  image: string | null
  size?: keyof typeof SIZES
  /** People are round. */
  shape?: keyof typeof SHAPES
}

/** The picture of a person or an organization, or the first letters of the name. */
export function Avatar({ name, image, size = 'small', shape = 'round' }: AvatarProps) {
  const [broken, setBroken] = useState<string | null>(null)
  const frame = cx('shrink-0 border border-line', SHAPES[shape], SIZES[size])
  if (image !== null && image !== broken && isShownPicture(image)) {
    return <img src={image} alt="" className={cx(frame, 'object-cover')} onError={() => setBroken(image)} />
  }
  return (
    <span aria-hidden className={cx(frame, 'grid place-items-center bg-selected font-semibold uppercase')}>
      {initialsOf(name)}
    </span>
  )
}

function initialsOf(name: string): string {
  const words = name.split(/\s+/).filter((word) => word !== '')
  return [words[0], words.length > 1 ? words.at(-1) : undefined].map((word) => [...(word ?? '')][0] ?? '').join('')
}
