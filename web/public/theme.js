// Runs before the first paint, as a file of its own: the content security policy allows no inline script.
;(function () {
  let wanted = null
  try {
    wanted = localStorage.getItem('theme')
  } catch {
    // Storage is switched off: the system's theme it is.
  }
  const dark = wanted === 'dark' || (wanted !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches)
  document.documentElement.classList.toggle('dark', dark)
})()
