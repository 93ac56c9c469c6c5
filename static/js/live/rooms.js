// Puts what has changed in the open room of colleagues into the page: one fragment for push, answer
// and catch-up, as for conversations (changes.js), guarded by the room's version.
import { attach } from '../attach.js';
import { $, $$, fragment, parse } from '../page.js';
import { verdict } from './versions.js';

const NEWS = ['rooms.changed', 'access.changed', 'pong']
let asking = null

export const openRoom = () => document.getElementById('room')

// Calls when somebody wrote or read in a room of this person's, and when something may have been missed.
export function onRoomNews(ask) {
  document.addEventListener('ramal:heard', ({ detail }) => NEWS.includes(detail.type) && ask())
  document.addEventListener('ramal:catch-up', ask)
}

export function applyRoomChanges(html) {
  for (const part of $$('[data-room-changes]', typeof html === 'string' ? parse(html) : html)) apply(part)
}

// One question at a time; a wish while one is under way asks once more afterwards.
export function catchUpRoom() {
  const room = openRoom()
  if (!room) return
  if (asking) {
    asking.again = true
    return
  }
  const question = (asking = { again: false })
  ask(room).finally(() => {
    asking = null
    if (question.again) catchUpRoom()
  })
}

async function ask(room) {
  try {
    const html = await fragment(`${room.dataset.changesUrl}?since=${room.dataset.version}`)
    if (html) applyRoomChanges(html)
  } catch (error) {
    if (error.status === 404) location.assign(room.dataset.leftUrl)
  }
}

function apply(part) {
  const room = openRoom()
  if (room?.dataset.room !== part.dataset.roomChanges) return
  const { previous, version } = part.dataset
  const isWhole = 'whole' in part.dataset
  const says = verdict(Number(room.dataset.version), Number(previous), Number(version), isWhole)
  if (says === 'gap') catchUpRoom()
  if (says !== 'fresh') return
  room.dispatchEvent(new CustomEvent('ramal:changing'))
  const added = isWhole && !('detached' in room.dataset) ? replaceAll(part) : merge(room, part)
  room.dataset.version = version
  room.dispatchEvent(new CustomEvent('ramal:changed', { detail: { added } }))
}

function replaceAll(part) {
  const lines = document.getElementById('lines')
  lines.replaceChildren(...part.childNodes)
  ready(lines)
  return []
}

// New lines belong at the end; an old one that changed is there, or comes when one scrolls to it.
// A page opened far from the end has a gap there: it shows its own lines and leads to the newest.
function merge(room, part) {
  const added = []
  for (const line of $$('.line', part)) {
    const old = document.getElementById(line.id)
    if (old) old.replaceWith(line)
    else if (!('detached' in room.dataset) && isNext(line)) added.push(line)
    ready(line)
  }
  return added
}

function isNext(line) {
  const lines = document.getElementById('lines')
  const last = $$('.line', lines).at(-1)
  if (last && Number(last.dataset.number) > Number(line.dataset.number)) return false
  lines.append(line)
  return true
}

function ready(element) {
  if (!element.isConnected) return
  attach(element)
  window.htmx.process(element)
}
