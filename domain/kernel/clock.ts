/** Time as a dependency: rules never read the system clock, so tests move it by hand. */
export interface Clock {
  now(): Date
}

/** Adds milliseconds to an instant. */
export function later(from: Date, milliseconds: number): Date {
  return new Date(from.getTime() + milliseconds)
}

/** Takes milliseconds from an instant. */
export function earlier(from: Date, milliseconds: number): Date {
  return new Date(from.getTime() - milliseconds)
}
