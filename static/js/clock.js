// Counts relative times on, in the words the server uses: it says them once, in data on the body.
import { $$ } from './page.js';

const EVERY_MS = 20_000
const SOON_MS = 4 * 3_600_000

// A service window is worth a word when less than four hours are left.
export function closesSoon(until) {
  const left = Date.parse(until) - Date.now()
  return left > 0 && left < SOON_MS
}

function words(minutes, texts) {
  if (minutes < 1) return texts.now
  if (minutes < 60) return texts.minutes.replace('%d', minutes)
  if (minutes < 24 * 60) return texts.hours.replace('%d', Math.floor(minutes / 60))
  return texts.days.replace('%d', Math.floor(minutes / (24 * 60)))
}

export function startClock() {
  const element = document.getElementById('clock-words')
  if (!element) return
  const tick = () => {
    for (const time of $$('time[data-relative=since], time[data-relative=until]')) {
      const sign = time.dataset.relative === 'since' ? 1 : -1
      const minutes = Math.max(0, Math.floor((sign * (Date.now() - Date.parse(time.dateTime))) / 60_000))
      const text = words(minutes, element.dataset)
      if (time.textContent !== text) time.textContent = text
    }
  }
  const tickAll = () => {
    tick()
    for (const hint of $$('[data-closes]')) hint.hidden = !closesSoon(hint.dataset.closes)
  }
  setInterval(tickAll, EVERY_MS)
}
