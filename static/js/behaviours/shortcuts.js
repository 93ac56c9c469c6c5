// The keyboard. The help dialog's lines are the one definition of the keys (conversations/shortcuts.py):
// each says what it does. Single keys never while a field has the cursor or a dialog is open.
import { $, $$, isTyping, openConversation } from '../page.js';
import { startClock } from '../clock.js';

const SEQUENCE_MS = 1500
const ROW = '[id^=row-]'

export default function shortcuts(body) {
  startClock()
  const lines = Object.fromEntries($$('#help [data-keys]').filter(line => line.dataset.does).map(line => [line.dataset.keys, line]))
  const isBegun = key => Object.keys(lines).some(keys => keys.startsWith(`${key} `))
  let begun = ''
  let timer = 0

  body.addEventListener('keydown', event => {
    if (event.key === 'Escape' && isTyping(event.target)) return event.target.blur()
    if (event.altKey || event.isComposing || ['Control', 'Shift', 'Meta'].includes(event.key)) return
    const isChord = event.ctrlKey || event.metaKey
    if (!isChord && (isTyping(event.target) || body.dataset.singleKeys === 'off')) return
    if ($('dialog[open]:not([data-inline])')) return
    const key = isChord ? chord(event) : `${begun} ${event.key}`.trim()
    clearTimeout(timer)
    begun = ''
    if (lines[key]) {
      event.preventDefault()
      act(lines[key])
    } else if (!isChord && isBegun(key)) {
      begun = key
      timer = setTimeout(() => (begun = ''), SEQUENCE_MS)
    }
  })
}

const chord = event => ['ctrl', event.shiftKey && 'shift', event.key.toLowerCase()].filter(Boolean).join('+')

function act({ dataset: { keys, does, href } }) {
  if (does === 'press') press(keys)
  else if (does === 'go') location.assign(href)
  else own[does]?.()
}

const own = {
  next: () => step(1),
  previous: () => step(-1),
  write: () => visible($('#composer-text'))?.focus(),
  note: () => visible($('#composer'))?.dispatchEvent(new CustomEvent('ramal:note')),
  help: () => $('#help')?.showModal(),
  command: () => $('#command')?.showModal(),
}

function step(by) {
  const rows = $$('.convo, .room')
  const focused = rows.indexOf(document.activeElement)
  const at = focused < 0 ? rows.findIndex(row => row.getAttribute('aria-current')) : focused
  const row = rows[Math.min(Math.max(at + by, 0), rows.length - 1)]
  row?.focus()
  row?.scrollIntoView({ block: 'nearest' })
}

// Clicks what has this key: in the row one is at, else what shows, else what a menu holds and this
// person may do.
export function press(key) {
  const row = document.activeElement?.closest(ROW) ?? $('.convo[aria-current]')?.closest(ROW)
  const all = $$(`[data-key="${key}"]`).filter(one => !one.closest(ROW))
  const target = row?.querySelector(`[data-key="${key}"]`) ?? all.find(visible) ?? all.find(allowed)
  target?.click()
}

// Whether the open conversation lets this person do what a key does.
export const allowed = element => {
  const act = element.dataset.act
  return Boolean(act && openConversation()?.dataset.may?.split(' ').includes(act))
}

const visible = element => (element?.checkVisibility?.({ visibilityProperty: true }) ? element : null)
