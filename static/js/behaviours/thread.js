// Keeps the reader's place. Who is at the end stays there; who reads above is not moved, and a pill
// counts what came and leads to the newest. What is far away is not here: stretches.js fetches it.
import { $, $$, openConversation } from '../page.js';
import stretches from '../stretches.js';

const NEAR_END_PX = 48
const GESTURE_MS = 1_000
const MARKED_MS = 1_600

export default function thread(scroll) {
  const conversation = openConversation()
  const list = $('.thread', scroll)
  const pill = $('.new-pill', scroll.parentElement)
  const view = stretches(scroll, list)
  let fresh = 0
  let wasAtEnd = true
  let newest = newestKey()
  let lastTop = 0
  let gestureAt = 0

  const left = () => scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight
  const atEnd = () => !view.isCut() && left() < NEAR_END_PX
  const toEnd = () => (scroll.scrollTop = scroll.scrollHeight)

  function showPill() {
    if (wasAtEnd) fresh = 0
    const { one, many, newest: back } = pill.dataset
    pill.hidden = wasAtEnd || !(fresh || view.isCut() || left() > 2 * scroll.clientHeight)
    $('span', pill).textContent = fresh ? (fresh === 1 ? one : many.replace('%s', fresh)) : back
  }

  async function toNewest() {
    if (view.isCut() && !await view.show()) return
    toEnd()
    wasAtEnd = true
    showPill()
  }

  // Every item knows its place: one after all that were there is new, also beyond the window.
  function newestKey() {
    const known = view.isCut() ? null : $$(':scope > .item', list).at(-1)
    return known?.dataset.key ?? `${Date.parse(scroll.dataset.newest) * 1000 + 999}`.padStart(17, '0')
  }

  function isNew(item) {
    if (item.dataset.key <= newest) return false
    newest = item.dataset.key
    return $('.msg', item) !== null
  }

  function changed({ added, beyond }) {
    const came = [...added, ...beyond].filter(isNew).length
    if (!wasAtEnd) fresh += came
    added.forEach(animate)
    if (wasAtEnd) {
      view.trim('before')
      toEnd()
    }
    showPill()
  }

  // Too much has changed for pieces: who reads above keeps the stretch, drawn anew.
  async function redraw(event) {
    if (atEnd()) return
    event.preventDefault()
    const { top } = scroll.getBoundingClientRect()
    const held = $$(':scope > .item', list).find(item => item.getBoundingClientRect().bottom > top)
    const before = held?.getBoundingClientRect().top
    const isThere = await view.show(held?.id).catch(() => false)
    const now = isThere && document.getElementById(held?.id)
    if (now) scroll.scrollTop += now.getBoundingClientRect().top - before
    else conversation.dataset.version = event.detail.previous // asked for again with the next beat
  }

  async function jump(id, isFocused = false) {
    if (!document.getElementById(id) && !await view.show(id).catch(() => false)) return
    const item = document.getElementById(id)
    item.scrollIntoView({ block: 'center' })
    wasAtEnd = atEnd()
    showPill()
    for (const other of $$('[data-jumped]', list)) delete other.dataset.jumped
    const message = $('.msg, .entry, .event', item)
    message.dataset.jumped = ''
    if (isFocused) Object.assign(item, { tabIndex: -1 }).focus({ preventScroll: true })
    else setTimeout(() => delete message.dataset.jumped, MARKED_MS)
  }

  // Who scrolls up into an earlier protocol reads on in it.
  function readOn() {
    const past = $$('.past:has(> [aria-expanded=false])', list).at(-1)
    const box = past?.getBoundingClientRect()
    const frame = scroll.getBoundingClientRect()
    if (box && box.bottom > frame.top && box.top < frame.bottom) view.open(past, true)
  }

  function clicked(event) {
    const link = event.target.closest('[data-more], .past > .past-head, [data-jump]')
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return
    event.preventDefault()
    if ('jump' in link.dataset) jump(link.hash.slice(1))
    else if ('more' in link.dataset) view.load(link)
    else if (link.getAttribute('aria-expanded') === 'true') view.close(link.parentElement)
    else view.open(link.parentElement, false)
  }

  conversation.addEventListener('ramal:changing', () => (wasAtEnd = atEnd()))
  conversation.addEventListener('ramal:changed', event => changed(event.detail))
  conversation.addEventListener('ramal:whole', redraw)
  conversation.addEventListener('ramal:sent', toNewest)
  conversation.addEventListener('ramal:at', event => jump(event.detail, true))
  // The composer grows and shrinks: the end stays in sight for whoever was there.
  new ResizeObserver(() => wasAtEnd && toEnd()).observe(scroll)
  scroll.addEventListener('scroll', () => {
    wasAtEnd = atEnd()
    showPill()
    if (scroll.scrollTop < lastTop && Date.now() - gestureAt < GESTURE_MS) readOn()
    lastTop = scroll.scrollTop
  }, { passive: true })
  for (const name of ['wheel', 'touchmove', 'keydown', 'pointerdown']) {
    scroll.addEventListener(name, event => {
      gestureAt = Date.now()
      if (event.deltaY < 0 && scroll.scrollTop === 0) readOn()
    }, { passive: true })
  }
  pill.addEventListener('click', toNewest)
  list.addEventListener('click', clicked)

  if (scroll.dataset.at) {
    wasAtEnd = false
    jump(scroll.dataset.at, true)
  } else toEnd()
  document.fonts?.ready.then(() => wasAtEnd && toEnd())
}

function animate(item) {
  item.dataset.new = ''
  setTimeout(() => delete item.dataset.new, 400)
}
