// Puts what has changed in a conversation into the page. The same fragment comes over the
// websocket, as the answer to an action, and from the catch-up address.
import { attach } from '../attach.js';
import { $, $$, fragment, openConversation, parse } from '../page.js';
import { verdict } from './versions.js';

let asking = null

export function applyChanges(html) {
  for (const part of $$('[data-changes]', typeof html === 'string' ? parse(html) : html)) apply(part)
}

// Asks for everything since the version the page has. One question at a time; a second wish while
// one is under way asks once more afterwards.
export function catchUp() {
  if (asking) {
    asking.again = true
    return asking.done
  }
  const conversation = openConversation()
  if (!conversation) return Promise.resolve()
  asking = { again: false }
  asking.done = ask(conversation).finally(() => {
    const again = asking.again
    asking = null
    if (again) return catchUp()
  })
  return asking.done
}

async function ask(conversation) {
  const address = `${conversation.dataset.changesUrl}?since=${conversation.dataset.version}`
  try {
    const html = await fragment(address)
    if (html && conversation.isConnected) applyChanges(html)
  } catch (error) {
    if (error.status === 404) conversation.dispatchEvent(new CustomEvent('ramal:revoked', { bubbles: true }))
  }
}

function apply(part) {
  const conversation = openConversation()
  if (!conversation || conversation.dataset.conversation !== part.dataset.changes) return
  const { previous, version } = part.dataset
  const isWhole = 'whole' in part.dataset
  const says = verdict(Number(conversation.dataset.version), Number(previous), Number(version), isWhole)
  if (says === 'gap') catchUp()
  if (says !== 'fresh') return
  conversation.dispatchEvent(new CustomEvent('ramal:changing'))
  const added = isWhole ? replaceThread(part) : mergeItems(part)
  for (const id of ['conversation-head', 'composer-state']) replace(id, part)
  conversation.dataset.version = version
  conversation.dispatchEvent(new CustomEvent('ramal:changed', { bubbles: true, detail: { added } }))
}

function replaceThread(part) {
  const thread = document.getElementById('thread')
  thread.replaceChildren(...$('[data-items]', part).childNodes)
  attach(thread)
  return []
}

function mergeItems(part) {
  const thread = document.getElementById('thread')
  const added = []
  for (const item of $$('[data-items] > .item', part)) {
    const old = document.getElementById(item.id)
    if (old) morph(old, item)
    else if (insert(thread, item)) added.push(item)
  }
  return added
}

// New items mostly belong at the end; one that stands before everything loaded comes when the
// reader scrolls up.
function insert(thread, item) {
  const items = $$(':scope > .item', thread)
  const before = items.findLast(other => other.dataset.key < item.dataset.key)
  if (!before && items.length && document.getElementById('earlier')) return false
  if (before) before.after(item)
  else if (items.length) items[0].before(item)
  else thread.append(item)
  attach(item)
  return true
}

function replace(id, part) {
  const old = document.getElementById(id)
  const fresh = part.querySelector(`[id="${id}"]`)
  if (old && fresh) morph(old, fresh)
}

function morph(old, fresh) {
  const { id } = old
  window.Idiomorph.morph(old, fresh, { morphStyle: 'outerHTML' })
  attach(document.getElementById(id))
  window.htmx.process(document.getElementById(id))
}
