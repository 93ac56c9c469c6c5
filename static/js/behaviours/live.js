// The page's live connection: says what is shown, applies what comes, asks for what was missed.
import { applyChanges, catchUp } from '../live/changes.js';
import { Socket } from '../live/socket.js';
import { $, $$, openConversation } from '../page.js';

const OFFLINE_SHOWN_AFTER_MS = 5_000
const POLL_WHILE_AWAY_MS = 20_000
const HIDDEN_LONG_MS = 60_000

export default function live(body) {
  if (!body.dataset.userId) return
  let watched = ''
  let looked = ''
  let banner = 0
  let poll = 0
  let hiddenAt = 0

  const socket = new Socket({ opened, closed, received })
  const askAll = () => {
    catchUp()
    document.dispatchEvent(new CustomEvent('ramal:nudge'))
    document.dispatchEvent(new CustomEvent('ramal:notices'))
    document.dispatchEvent(new CustomEvent('ramal:catch-up'))
  }

  function opened() {
    clearTimeout(banner)
    clearInterval(poll)
    $('#offline').hidden = true
    showLink(true)
    watched = looked = ''
    watch()
    document.dispatchEvent(new CustomEvent('ramal:connected'))
  }

  function closed() {
    showLink(false)
    clearTimeout(banner)
    clearInterval(poll)
    banner = setTimeout(() => ($('#offline').hidden = false), OFFLINE_SHOWN_AFTER_MS)
    poll = setInterval(askAll, POLL_WHILE_AWAY_MS)
  }

  function received(event) {
    const kinds = {
      // Only now is nothing missed any more: what came before the subscription is asked for.
      watching: askAll,
      'live.gap': askAll,
      'conversation.changed': () => (event.html ? applyChanges(event.html) : catchUp()),
      'conversations.changed': () => document.dispatchEvent(new CustomEvent('ramal:nudge')),
      'channel.changed': () => document.dispatchEvent(new CustomEvent('ramal:nudge')),
      'notifications.changed': () => document.dispatchEvent(new CustomEvent('ramal:notified', { detail: event })),
      'notices.changed': () => document.dispatchEvent(new CustomEvent('ramal:notices')),
      'team.changed': () => document.dispatchEvent(new CustomEvent('ramal:nudge')),
      'draft.changed': () => document.dispatchEvent(new CustomEvent('ramal:draft', { detail: event })),
      'access.changed': () => document.dispatchEvent(new CustomEvent('ramal:nudge')),
      'viewer.here': () => tell('ramal:viewer', event),
      'viewer.gone': () => tell('ramal:viewer', event),
      'viewer.writes': () => tell('ramal:viewer', event),
      pong: () => compare(event.versions),
      revoked: () => revoked(event.watch),
    }
    kinds[event.type]?.()
    // Behaviours that look after something of their own hear it here.
    document.dispatchEvent(new CustomEvent('ramal:heard', { detail: event }))
  }

  // The heartbeat tells what is true now: the last push may have been the one that got lost.
  function compare(versions) {
    const conversation = openConversation()
    const version = versions?.[conversation?.dataset.conversation]
    if (version > Number(conversation?.dataset.version)) catchUp()
    document.dispatchEvent(new CustomEvent('ramal:nudge'))
  }

  // The whole of what the page shows, sent when it differs from what was sent last.
  function watch() {
    const names = [...new Set($$('[data-watch]').map(element => element.dataset.watch))].sort()
    const text = names.join(' ')
    if (text !== watched) socket.send({ watch: names })
    watched = text
    look()
  }

  // Which of these a person looks at: colleagues see it. Nobody looks at a hidden tab.
  function look() {
    const name = document.hidden ? '' : (openConversation()?.dataset.watch ?? '')
    if (name !== looked) socket.send({ look: name })
    looked = name
  }

  function revoked(name) {
    const conversation = openConversation()
    if (conversation?.dataset.watch === name) {
      conversation.dispatchEvent(new CustomEvent('ramal:revoked', { bubbles: true }))
    }
    document.dispatchEvent(new CustomEvent('ramal:nudge'))
  }

  const tell = (name, detail) => document.dispatchEvent(new CustomEvent(name, { detail }))

  document.addEventListener('ramal:shown', watch)
  document.addEventListener('ramal:writes', event => looked && socket.send({ writes: looked, ...event.detail }))
  document.addEventListener('visibilitychange', () => {
    if (document.hidden) hiddenAt = Date.now()
    else if (Date.now() - hiddenAt > HIDDEN_LONG_MS || !socket.isOpen) askAll()
    if (!document.hidden) socket.connect()
    if (socket.isOpen) look()
  })
  addEventListener('online', () => socket.connect())
  $('[data-reconnect]')?.addEventListener('click', () => socket.connect())
  socket.connect()
}

function showLink(isOn) {
  const state = document.getElementById('link-state')
  if (!state) return
  state.querySelector('.dot').dataset.tone = isOn ? 'ok' : 'bad'
  const words = state.querySelector('span')
  words.textContent = isOn ? words.dataset.on : words.dataset.off
}
