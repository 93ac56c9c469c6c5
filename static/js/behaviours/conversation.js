// What this person may do with the open conversation. The server renders one head for all who look;
// mine or not, may or may not, is decided here from its facts and from who is logged in.
import { closesSoon } from '../clock.js';
import { $, openConversation } from '../page.js';

const CHECK_MS = 15_000

export default function conversation(element) {
  const { userId, role } = document.body.dataset
  const decide = () => {
    const facts = $('#conversation-head', element).dataset
    element.dataset.standing = standing(facts, userId, role)
    element.dataset.may = allowed(facts, userId, role).join(' ')
    if (element.dataset.standing === 'mine' || element.dataset.standing === 'window') endPeek(element)
    const hint = $('.window', element)
    if (hint) hint.hidden = !closesSoon(hint.dataset.until)
    markRead(element, facts, userId)
  }
  element.addEventListener('ramal:changed', decide)
  document.addEventListener('visibilitychange', () => element.isConnected && decide())
  const timer = setInterval(() => (element.isConnected ? decide() : clearInterval(timer)), CHECK_MS)
  decide()
  document.dispatchEvent(new CustomEvent('ramal:shown'))
}

function standing({ state, assignee, window: until }, userId, role) {
  if (role === 'viewer') return 'viewer'
  if (state === 'closed') return 'closed'
  if (state === 'queued') return 'waiting'
  if (state === 'bot') return 'bot'
  if (!assignee) return 'nobody'
  if (assignee !== userId) return 'other'
  return isOpen(until) ? 'mine' : 'window'
}

function allowed({ state, assignee, window: until, snoozed, reopens }, userId, role) {
  if (role === 'viewer') return []
  if (state === 'closed') return ['note', 'tags', Date.parse(reopens) > Date.now() && 'reopen'].filter(Boolean)
  const isActive = state === 'active'
  const isMine = isActive && assignee === userId
  const steers = role === 'supervisor' || role === 'admin' || !isActive || !assignee || isMine
  return [
    'note',
    !(isActive && assignee) && 'take',
    steers && 'transfer',
    steers && isActive && 'return',
    steers && 'close',
    steers && 'priority',
    steers && 'tags',
    steers && state !== 'bot' && isOpen(until) && 'bot',
    steers && state !== 'bot' && (snoozed ? 'unsnooze' : 'snooze'),
    isMine && isOpen(until) && 'reply',
  ].filter(Boolean)
}

const isOpen = until => until === 'always' || Date.parse(until) > Date.now()

// Whoever takes what they peek at has opened it. One's own, peeked at from the list, stays unread
// until it is opened.
function endPeek(element) {
  if (!('peek' in element.dataset) || 'own' in element.dataset) return
  delete element.dataset.peek
  const address = new URL(location.href)
  address.searchParams.delete('peek')
  history.replaceState({}, '', address)
}

// Opening a conversation of one's own marks it read; peeking at another's does not.
let reading = ''
function markRead(element, { assignee, unread }, userId) {
  const wish = `${element.dataset.conversation} ${element.dataset.version}`
  if ('peek' in element.dataset) return
  if (assignee !== userId || unread === '0' || document.hidden || reading === wish) return
  reading = wish
  window.htmx.ajax('POST', element.dataset.readUrl, { source: document.body, swap: 'none' })
}

export const mayReply = () => openConversation()?.dataset.may?.split(' ').includes('reply') ?? false
