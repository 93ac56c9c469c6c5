// A message in the corner: goes by itself, an error later; stays while the pointer rests on it.
const SECONDS = { bad: 12, ok: 5 }

export default function toast(element) {
  let timer = 0
  const seconds = Number(element.dataset.seconds) || (SECONDS[element.dataset.tone] ?? 5)
  // Only what was done last can be undone: an older offer makes room.
  if (element.dataset.seconds) for (const other of document.querySelectorAll('.toast[data-seconds]')) if (other !== element) other.remove()
  const start = () => (timer = setTimeout(() => element.remove(), 1000 * seconds))
  element.addEventListener('pointerenter', () => clearTimeout(timer))
  element.addEventListener('pointerleave', start)
  // What has been undone, or could not be, is not offered twice.
  element.addEventListener('htmx:beforeRequest', () => {
    clearTimeout(timer)
    element.hidden = true
  })
  // Not at once: htmx tells an element that is gone a second time, at its parent.
  element.addEventListener('htmx:afterRequest', () => setTimeout(() => element.remove()))
  element.querySelector('[data-close]')?.addEventListener('click', () => element.remove())
  start()
}
