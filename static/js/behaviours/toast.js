// A message in the corner: goes by itself, an error later; stays while the pointer rests on it.
const SECONDS = { bad: 12, ok: 5 }

export default function toast(element) {
  let timer = 0
  const start = () => (timer = setTimeout(() => element.remove(), 1000 * (SECONDS[element.dataset.tone] ?? 5)))
  element.addEventListener('pointerenter', () => clearTimeout(timer))
  element.addEventListener('pointerleave', start)
  element.querySelector('[data-close]')?.addEventListener('click', () => element.remove())
  start()
}
