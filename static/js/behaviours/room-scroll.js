// Keeps the reader's place in a room. Who is at the end stays there; who reads above is not moved,
// and a pill counts what came. Earlier lines are fetched when the top comes near, without a jump.
import earlier from '../earlier.js';
import { $ } from '../page.js';

const NEAR_END_PX = 48
const NEAR_TOP_PX = 400

export default function roomScroll(scroll) {
  const room = scroll.closest('#room')
  const pill = $('.new-pill', scroll.parentElement)
  const loadEarlier = earlier(scroll, $('#lines', scroll))
  let fresh = 0
  let wasAtEnd = true

  const atEnd = () => scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < NEAR_END_PX
  const toEnd = () => (scroll.scrollTop = scroll.scrollHeight)

  function count(added) {
    fresh = wasAtEnd ? 0 : fresh + added
    pill.hidden = fresh === 0
    $('span', pill).textContent = fresh === 1 ? pill.dataset.one : pill.dataset.many.replace('%s', fresh)
  }

  async function fetchEarlier() {
    if (await loadEarlier()) {
      window.htmx.process(scroll)
      room.dispatchEvent(new CustomEvent('ramal:changed', { detail: { added: [] } }))
    }
  }

  function start() {
    const found = room.dataset.at && document.getElementById(`line-${room.dataset.at}`)
    if (!found) return toEnd()
    found.dataset.jumped = ''
    found.scrollIntoView({ block: 'center' })
    wasAtEnd = atEnd()
  }

  room.addEventListener('ramal:changing', () => (wasAtEnd = atEnd()))
  room.addEventListener('ramal:changed', ({ detail: { added } }) => {
    for (const line of added) line.dataset.new = ''
    if (added.length) count(added.length)
    if (wasAtEnd) toEnd()
  })
  room.addEventListener('ramal:sent', toEnd)
  new ResizeObserver(() => wasAtEnd && toEnd()).observe(scroll)
  scroll.addEventListener('scroll', () => {
    wasAtEnd = atEnd()
    if (wasAtEnd) count(0)
    if (scroll.scrollTop < NEAR_TOP_PX) fetchEarlier()
  }, { passive: true })
  pill.addEventListener('click', toEnd)
  scroll.addEventListener('click', event => {
    if (!event.target.closest('#earlier')) return
    event.preventDefault()
    fetchEarlier()
  })
  start()
  document.fonts?.ready.then(() => wasAtEnd && toEnd())
}
