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
  const detail = isWhole ? replaceThread(conversation, part) : mergeItems(part)
  for (const id of ['conversation-head', 'composer-state']) replace(id, part)
  conversation.dataset.version = version
  conversation.dispatchEvent(new CustomEvent('ramal:changed', { bubbles: true, detail: { ...detail, customer: part.dataset.customer } }))
}

// The newest stretch instead of all that was there, unless the thread knows better: who reads above
// keeps their place.
function replaceThread(conversation, part) {
  const detail = { previous: conversation.dataset.version }
  const isForUs = conversation.dispatchEvent(new CustomEvent('ramal:whole', { cancelable: true, detail }))
  if (isForUs) {
    const thread = document.getElementById('thread')
    thread.replaceChildren(...$('[data-items]', part).childNodes)
    attach(thread)
  }
  return { added: [], beyond: [] }
}

function mergeItems(part) {
  const thread = document.getElementById('thread')
  const added = []
  const beyond = []
  for (const item of $$('[data-items] > .item', part)) {
    const old = document.getElementById(item.id)
    if (old) morph(old, item)
    else (insert(thread, item) ? added : beyond).push(item)
  }
  return { added, beyond }
}

// New items mostly belong at the end. What stands beyond the stretch that the page holds comes when
// the reader scrolls there.
function insert(thread, item) {
  const items = $$(':scope > .item', thread)
  const goesOn = way => $(`:scope > [data-more=${way}]`, thread) !== null
  const place = items.findLastIndex(other => other.dataset.key < item.dataset.key)
  if (place === items.length - 1 && goesOn('after')) return false
  if (place === -1 && items.length && goesOn('before')) return false
  if (place >= 0) items[place].after(item)
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
