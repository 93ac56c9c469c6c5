// The keyboard. Single keys never while a field has the cursor or a dialog is open.
import { $, $$, isTyping, openConversation } from '../page.js';
import { startClock } from '../clock.js';

export default function shortcuts(body) {
  startClock()
  body.addEventListener('keydown', event => {
    if (event.ctrlKey && event.key === 'Enter' && event.target.matches('#composer-text')) return
    if (event.key === 'Escape' && isTyping(event.target)) return event.target.blur()
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return
    if ($('dialog[open]:not([data-inline])')) return
    const act = keys[event.key]
    if (!act || body.dataset.singleKeys === 'off') return
    event.preventDefault()
    act()
  })
}

const keys = {
  j: () => step(1),
  k: () => step(-1),
  '/': () => visible($('#composer-text'))?.focus(),
  a: take,
  t: () => press('t'),
  f: () => press('f'),
  e: () => press('e'),
  n: () => visible($('#composer'))?.dispatchEvent(new CustomEvent('ramal:note')),
  '?': () => $('#help')?.showModal(),
}

function step(by) {
  const rows = $$('.convo, .room')
  const focused = rows.indexOf(document.activeElement)
  const at = focused < 0 ? rows.findIndex(row => row.getAttribute('aria-current')) : focused
  const row = rows[Math.min(Math.max(at + by, 0), rows.length - 1)]
  row?.focus()
  row?.scrollIntoView({ block: 'nearest' })
}

function take() {
  if (openConversation()?.dataset.may?.split(' ').includes('take')) $('#take-form').requestSubmit()
}

function press(key) {
  if (openConversation()) visible($(`[data-key="${key}"]`))?.click()
}

const visible = element => (element?.checkVisibility?.({ visibilityProperty: true }) ? element : null)
