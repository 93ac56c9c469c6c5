// Keeps the reader's place. Who is at the end stays there; who reads above is not moved, and a pill
// counts what came. Earlier messages are fetched when the top comes near, without a jump.
import earlier from '../earlier.js';
import { $, $$, openConversation } from '../page.js';

const NEAR_END_PX = 48
const NEAR_TOP_PX = 400

export default function thread(scroll) {
  const conversation = openConversation()
  const list = $('.thread', scroll)
  const pill = $('.new-pill', scroll.parentElement)
  const loadEarlier = earlier(scroll, list)
  let fresh = 0
  let wasAtEnd = true

  const atEnd = () => scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < NEAR_END_PX
  const toEnd = () => (scroll.scrollTop = scroll.scrollHeight)

  function count(added) {
    fresh = wasAtEnd ? 0 : fresh + added
    pill.hidden = fresh === 0
    $('span', pill).textContent = fresh === 1 ? pill.dataset.one : pill.dataset.many.replace('%s', fresh)
  }

  conversation.addEventListener('ramal:changing', () => (wasAtEnd = atEnd()))
  conversation.addEventListener('ramal:changed', event => {
    for (const item of event.detail.added) animate(item)
    count(event.detail.added.filter(item => $('.msg', item)).length)
    if (wasAtEnd) toEnd()
  })
  conversation.addEventListener('ramal:sent', toEnd)
  // The composer grows and shrinks: the end stays in sight for whoever was there.
  new ResizeObserver(() => wasAtEnd && toEnd()).observe(scroll)
  scroll.addEventListener('scroll', () => {
    wasAtEnd = atEnd()
    if (wasAtEnd) count(0)
    if (scroll.scrollTop < NEAR_TOP_PX) loadEarlier()
  }, { passive: true })
  pill.addEventListener('click', toEnd)

  list.addEventListener('click', event => {
    if (event.target.closest('#earlier')) {
      event.preventDefault()
      loadEarlier()
    }
    const quote = event.target.closest('[data-jump]')
    if (quote) {
      event.preventDefault()
      jump(quote.hash.slice(1))
    }
  })

  async function jump(id) {
    while (!document.getElementById(id) && await loadEarlier());
    const item = document.getElementById(id)
    if (!item) return
    item.scrollIntoView({ block: 'center' })
    for (const other of $$('[data-jumped]', list)) delete other.dataset.jumped
    const message = $('.msg, .entry', item)
    message.dataset.jumped = ''
    setTimeout(() => delete message.dataset.jumped, 1600)
  }

  toEnd()
  document.fonts?.ready.then(() => wasAtEnd && toEnd())
}

function animate(item) {
  item.dataset.new = ''
  setTimeout(() => delete item.dataset.new, 400)
}
