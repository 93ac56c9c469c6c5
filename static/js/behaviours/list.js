// The conversation list: asks for itself with its own filters when something changed, and never
// reorders under the pointer or the keyboard. Rows change in place; they move when one has left.
import { attach } from '../attach.js';
import { paced } from '../live/pace.js';
import { $, $$, fragment, openConversation, parse } from '../page.js';
import { showUnread } from '../unread.js';

export default function list(pane) {
  const inbox = pane.closest('.inbox')
  const rows = () => $$('#convos > [id^=row-]', pane)
  let query = $('#convo-list', pane).dataset.query
  let pointerIsIn = false
  let held = null // the last answer while the list may not move

  const keyboardIsIn = () => Boolean($('#convos', pane).querySelector(':focus-visible'))
  const isFrozen = () => pointerIsIn || keyboardIsIn()

  const ask = paced(async () => {
    const question = query
    const html = await fragment(`${inbox.dataset.inbox}?${question}&shown=${rows().length}`)
    if (html && question === query) show(parse(html))
  })

  function show(answer, mayMove = !isFrozen()) {
    for (const id of ['list-head', 'rail-live']) morph(document.getElementById(id), find(answer, id))
    const fresh = find(answer, 'convo-list')
    if (mayMove) place(fresh)
    else hold(fresh)
    settled()
  }

  function place(fresh) {
    held = null
    morph($('#convo-list', pane), fresh)
  }

  function hold(fresh) {
    held = fresh
    $('#convo-list', pane).dataset.unread = fresh.dataset.unread
    for (const row of rows()) {
      const same = find(fresh, row.id)
      if (same) morph(row, same.cloneNode(true))
      else $('.convo', row).dataset.gone = ''
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
    showUnread(Number($('#convo-list', pane).dataset.unread))
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
  pane.addEventListener('ramal:list', async event => {
    const wish = (query = event.detail)
    const html = await fragment(`${inbox.dataset.inbox}?${wish}`).catch(() => null)
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
  document.addEventListener('ramal:nudge', ask)
  document.addEventListener('ramal:opened', markCurrent)
  markCurrent()
  showUnread(Number($('#convo-list', pane).dataset.unread))
}

const find = (root, id) => root.querySelector(`[id="${id}"]`)

// The search field keeps what is being typed. Only it: Idiomorph would leave the inside of any
// other focused element, such as the row one has just clicked, as it was.
function morph(old, fresh) {
  const ignoreActiveValue = document.activeElement?.id === 'list-search'
  if (old && fresh) window.Idiomorph.morph(old, fresh, { morphStyle: 'outerHTML', ignoreActiveValue })
}
