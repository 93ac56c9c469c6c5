// Says that a person is at work in this page, once a minute at most: otherwise the session ends
// after the idle time. What the page asks for by itself does not count as use.
import { post } from '../page.js';

const EVERY_MS = 60_000

export default function activity(body) {
  let told = Date.now()
  const tell = () => {
    if (Date.now() - told < EVERY_MS) return
    told = Date.now()
    post(body.dataset.activity)
  }
  for (const name of ['keydown', 'pointerdown', 'wheel', 'touchmove']) {
    body.addEventListener(name, tell, { passive: true })
  }
}
