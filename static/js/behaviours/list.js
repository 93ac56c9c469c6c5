// The conversation list: asks for itself with its own filters when something changed, and never
// reorders under the pointer or the keyboard. Rows change in place; they move when one has left.
import { attach } from '../attach.js';
import { paced } from '../live/pace.js';
import { $, $$, fragment, openConversation, parse } from '../page.js';
import { anchored, isOnScreen, lastOnScreen } from '../screen.js';

const AHEAD = 30

export default function list(pane) {
  const inbox = pane.closest('.inbox')
  const rows = () => $$('#convos > [id^=row-]', pane)
  const box = () => $('#convo-list', pane)
  let query = $('#convo-list', pane).dataset.query
  let pointerIsIn = false
  let held = null // the last answer while the list may not move

  const keyboardIsIn = () => Boolean($('#convos', pane).querySelector(':focus-visible'))
  const isFrozen = () => pointerIsIn || keyboardIsIn()

  const ask = paced(async () => {
    const question = query
    const answer = await stretch(question, lastOnScreen(rows(), box()) + AHEAD)
    if (answer && question === query) show(answer)
  })

  // The list from its top to a little below the screen. What is further down is neither watched nor
  // asked for; it comes, as it is then, when one scrolls there.
  async function stretch(question, wanted) {
    const html = await fragment(`${inbox.dataset.inbox}?${question}&shown=${wanted}`)
    const answer = html && parse(html)
    for (let had = 0; answer && question === query; ) {
      const more = find(answer, 'list-more')
      const has = $$('[id^=row-]', answer).length
      if (!more || has >= wanted || has === had) break
      had = has
      more.replaceWith(parse(await fragment(`${$('a', more).getAttribute('href')}&shown=${wanted - has}`)))
    }
    return answer
  }

  function show(answer, mayMove = !isFrozen()) {
    for (const id of ['list-head', 'rail-live']) morph(document.getElementById(id), find(answer, id))
    const fresh = find(answer, 'convo-list')
    if (mayMove) place(fresh)
    else hold(fresh)
    settled()
  }

  function place(fresh) {
    held = null
    const anchor = anchored(box(), rows().find(row => isOnScreen(row, box()) && find(fresh, row.id)))
    morph(box(), fresh)
    anchor(box())
  }

  function hold(fresh) {
    held = fresh
    $('#convo-list', pane).dataset.unread = fresh.dataset.unread
    // Of rows behind the end of what was asked for nothing is known.
    const judged = find(fresh, 'list-more') ? lastOnScreen(rows(), box()) : Infinity
    for (const [index, row] of rows().entries()) {
      const same = find(fresh, row.id)
      if (same) morph(row, same.cloneNode(true))
      else if (index < judged) $('.convo', row).dataset.gone = ''
    }
  }

  function release() {
    if (!held || isFrozen()) return
    place(held)
    settled()
  }

  function settled() {
    markCurrent()
    window.htmx.process(pane)
    attach(pane)
    document.dispatchEvent(new CustomEvent('ramal:shown'))
  }

  function markCurrent() {
    const id = openConversation()?.dataset.conversation
    for (const row of $$('.convo', pane)) {
      if (row.dataset.open === id) row.setAttribute('aria-current', 'true')
      else row.removeAttribute('aria-current')
    }
  }

  // Another tab, queue or search: at once, and the list may move, for one has asked for it.
  // The answer to what is no longer asked is not waited for: the server hears that it may stop.
  let asked = new AbortController()
  pane.addEventListener('ramal:list', async event => {
    const wish = (query = event.detail)
    asked.abort()
    const { signal } = (asked = new AbortController())
    const html = await fragment(`${inbox.dataset.inbox}?${wish}`, { signal }).catch(() => null)
    if (!html || query !== wish) return
    show(parse(html), true)
    query = $('#convo-list', pane).dataset.query
    $('#convo-list', pane).scrollTop = 0
  })
  pane.addEventListener('pointerover', event => {
    if (event.pointerType !== 'mouse') return
    pointerIsIn = Boolean(event.target.closest('#convos'))
    release()
  })
  pane.addEventListener('pointerleave', () => {
    pointerIsIn = false
    release()
  })
  pane.addEventListener('focusout', () => setTimeout(release))
  // The next rows: not twice when one of them has moved down meanwhile, and not into another list.
  pane.addEventListener('htmx:beforeSwap', event => {
    if (event.detail.target.id !== 'list-more') return
    const isOurs = event.detail.pathInfo.requestPath.includes(`?${query}&`)
    event.detail.shouldSwap = isOurs
    if (!isOurs) return ask()
    const next = document.createElement('template')
    next.innerHTML = event.detail.serverResponse
    for (const row of $$('[id^=row-]', next.content)) if (find(pane, row.id)) row.remove()
    event.detail.serverResponse = next.innerHTML
  })
  pane.addEventListener('htmx:afterSettle', () => document.dispatchEvent(new CustomEvent('ramal:shown')))
  document.addEventListener('ramal:nudge', ask)
  document.addEventListener('ramal:opened', markCurrent)
  markCurrent()
}

const find = (root, id) => root.querySelector(`[id="${id}"]`)

// The search field keeps what is being typed. Only it: Idiomorph would leave the inside of any
// other focused element, such as the row one has just clicked, as it was.
function morph(old, fresh) {
  const ignoreActiveValue = document.activeElement?.id === 'list-search'
  if (old && fresh) window.Idiomorph.morph(old, fresh, { morphStyle: 'outerHTML', ignoreActiveValue })
}
