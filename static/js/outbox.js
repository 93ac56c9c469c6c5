// Messages that wait in this tab for the connection, per conversation, in order. Each keeps its
// token, so that one whose answer got lost is sent again and yet arrives once.
import { applyChanges } from './live/changes.js';
import { $, openConversation, parse, post } from './page.js';

const AGAIN_MS = 10_000
const PREFIX = 'waiting:'
let isSending = false
let timer = 0

export function waiting(id) {
  try {
    return JSON.parse(sessionStorage.getItem(PREFIX + id)) ?? []
  } catch {
    return []
  }
}

// False where the page cannot keep it: then nothing is taken from the person's hands.
function keep(id, items) {
  try {
    if (items.length) sessionStorage.setItem(PREFIX + id, JSON.stringify(items))
    else sessionStorage.removeItem(PREFIX + id)
  } catch {
    return false
  }
  document.dispatchEvent(new CustomEvent('ramal:waiting', { detail: id }))
  return true
}

export const add = (id, item) => keep(id, [...waiting(id), item])
export const drop = (id, token) => keep(id, waiting(id).filter(item => item.token !== token))
export const tryAgain = (id, token) => {
  keep(id, waiting(id).map(item => (item.token === token ? { ...item, refused: '' } : item)))
  return flush()
}

export async function flush() {
  clearTimeout(timer)
  if (isSending) return
  isSending = true
  for (const id of conversations()) await flushOne(id)
  isSending = false
  if (conversations().some(id => waiting(id)[0] && !waiting(id)[0].refused)) timer = setTimeout(flush, AGAIN_MS)
}

// In order: behind one that is refused or did not get through, the others wait.
async function flushOne(id) {
  for (let [item] = waiting(id); item && !item.refused; [item] = waiting(id)) {
    const open = openConversation()
    const isOpen = open?.dataset.conversation === id
    const answer = await post(item.path, [...item.fields, ['since', isOpen ? open.dataset.version : '0']])
    if (!answer || answer.status >= 500) return
    if (answer.redirected) return location.reload()
    const html = parse(await answer.text())
    if (answer.ok) {
      applyChanges(html)
      drop(id, item.token)
    } else {
      const why = $('.toast', html)?.textContent.trim() || String(answer.status)
      keep(id, waiting(id).map(other => (other.token === item.token ? { ...other, refused: why } : other)))
    }
  }
}

function conversations() {
  try {
    return Object.keys(sessionStorage).filter(key => key.startsWith(PREFIX)).map(key => key.slice(PREFIX.length))
  } catch {
    return []
  }
}

document.addEventListener('ramal:connected', flush)
addEventListener('online', flush)
flush()
