/** The product's mark: a prompt. */
export function Mark({ className }: { className?: string }) {
  return (
    <svg viewBox="0 0 32 32" aria-hidden className={className}>
      <rect width="32" height="32" rx="7" fill="var(--ink)" />
      <path
        d="M9 10.5 15 16l-6 5.5M17 22h7"
        fill="none"
        stroke="var(--page)"
        strokeWidth="2.6"
        strokeLinecap="round"
        strokeLinejoin="round"
      />
    </svg>
  )
}
