// Who else looks at the open conversation, as squares in its head, and who of them writes. The
// socket tells; whom nothing is heard of for a minute has gone.
import { $, openConversation } from '../page.js';

const GONE_MS = 60_000
const WRITES_MS = 6_000
const TICK_MS = 1_000

export default function viewers(list) {
  const conversation = openConversation()
  const tabs = new Map()
  let drawn = ''

  function heard({ detail: event }) {
    if (event.conversation !== conversation.dataset.conversation) return
    const known = tabs.get(event.viewer)
    if (event.type === 'viewer.gone') tabs.delete(event.viewer)
    else if (event.type === 'viewer.here') tabs.set(event.viewer, { ...known, ...event, at: Date.now() })
    else if (known) Object.assign(known, { at: Date.now(), wroteAt: Date.now(), note: event.note })
    draw()
  }

  // One square for each person, whatever the number of their tabs; oneself is not shown.
  function people() {
    const found = new Map()
    for (const [id, tab] of tabs) {
      if (Date.now() - tab.at > GONE_MS) tabs.delete(id)
      else if (tab.user !== document.body.dataset.userId) {
        const writes = Date.now() - (tab.wroteAt ?? 0) < WRITES_MS
        if (writes || !found.has(tab.user)) found.set(tab.user, { ...tab, writes })
      }
    }
    return [...found.values()].sort((one, other) => one.name.localeCompare(other.name))
  }

  function draw() {
    const there = people()
    const said = JSON.stringify(there.map(({ user, name, writes, note }) => [user, name, writes, note]))
    if (said === drawn) return
    drawn = said
    list.replaceChildren(...there.map(square))
    list.hidden = !there.length
    const writing = there.filter(person => person.writes)
    const names = writing.map(person => person.name).join(', ')
    conversation.dataset.writing = names
    const text = writing.length > 1 ? list.dataset.many : writing[0]?.note ? list.dataset.notes : list.dataset.writes
    $('#typing', conversation).hidden = !writing.length
    $('#typing span', conversation).textContent = writing.length ? text.replace('%s', names) : ''
  }

  function answered(event) {
    const authors = new Set(event.detail.added.map(item => $('.msg', item)?.dataset.author))
    for (const tab of tabs.values()) if (authors.has(tab.user)) tab.wroteAt = 0
    draw()
  }

  document.addEventListener('ramal:viewer', heard)
  conversation.addEventListener('ramal:changed', answered)
  const timer = setInterval(() => {
    if (list.isConnected) return draw()
    clearInterval(timer)
    document.removeEventListener('ramal:viewer', heard)
  }, TICK_MS)
}

function square({ user, name, picture, writes }) {
  const item = Object.assign(document.createElement('li'), { title: name })
  if (writes) item.dataset.writing = ''
  const avatar = Object.assign(document.createElement('span'), { className: 'avatar', ariaHidden: 'true' })
  Object.assign(avatar.dataset, { kind: 'team', size: 'sm', hue: Number(BigInt(`0x${user.replaceAll('-', '')}`) % 6n) + 1 })
  if (picture) avatar.append(Object.assign(new Image(), { src: picture, alt: '' }))
  else avatar.textContent = initials(name)
  item.append(avatar, Object.assign(document.createElement('span'), { className: 'sr-only', textContent: name }))
  return item
}

function initials(name) {
  const words = name.split(/\s+/).filter(Boolean)
  return ((words[0]?.[0] ?? '#') + (words.length > 1 ? words.at(-1)[0] : '')).toUpperCase()
}
