// Tells of a notification on the page: in the corner, and with a sound. How was decided by the
// server when it happened (accounts/hearing.py); nothing of what one is reading anyway.
import { attach } from '../attach.js';
import { $ } from '../page.js';
import { isBeingRead } from '../reading.js';
import { ring } from '../ring.js';

const MOST_AT_ONCE = 3

export default function notices(body) {
  document.addEventListener('ramal:notified', async ({ detail }) => {
    const { tell } = detail
    if (!tell?.shows || await isBeingRead(tell.conversation ?? tell.room)) return
    // In the list the row itself says that somebody has written.
    if (!document.hidden && !(tell.kind === 'message' && $('#convos'))) show(tell, body.dataset.dismiss)
    ring(tell)
  })
}

function show({ notification, conversation, room, text, address }, dismiss) {
  const place = document.getElementById('toasts')
  const about = conversation ?? room ?? notification
  $(`[data-about="${about}"]`, place)?.remove()
  const toast = Object.assign(document.createElement('div'), { className: 'toast' })
  toast.setAttribute('role', 'status')
  Object.assign(toast.dataset, { tone: 'live', behaviour: 'toast', about })
  const close = Object.assign(document.createElement('button'), { className: 'btn', type: 'button', textContent: '×', title: dismiss })
  Object.assign(close.dataset, { icon: '', kind: 'quiet', size: 'sm', close: '' })
  close.setAttribute('aria-label', dismiss)
  toast.append(mark(), Object.assign(document.createElement('a'), { href: address, textContent: text }), close)
  place.append(toast)
  attach(toast)
  const old = place.querySelectorAll('[data-about]')
  if (old.length > MOST_AT_ONCE) old[0].remove()
}

// The bell of the rail, once more: the sprite's address is known there.
const mark = () => $('[data-bell] .icon').cloneNode(true)
