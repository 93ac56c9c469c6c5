// The open room of colleagues: whose line is whose, what is new to this reader, how far they have read.
import { applyRoomChanges, catchUpRoom } from '../live/rooms.js';
import { $, $$, parse, post } from '../page.js';
import { noteReading } from '../reading.js';

export default function room(element) {
  const userId = document.body.dataset.userId
  let told = Number(element.dataset.read)

  function decide() {
    for (const line of $$('.line', element)) line.toggleAttribute('data-mine', line.dataset.author === userId)
    const empty = document.getElementById('room-empty')
    if (empty && $('.line', element)) empty.remove()
    tellRead()
  }

  // What one reads is not told of once more (behaviours/notices.js).
  const note = () => noteReading(document.hidden ? '' : element.dataset.room)

  // Read is what stands in a page that somebody looks at.
  function tellRead() {
    const version = Number(element.dataset.version)
    if (document.hidden || 'detached' in element.dataset || version <= told) return
    told = version
    post(element.dataset.readUrl, { version })
  }

  function markNew() {
    const isNew = line => Number(line.dataset.version) > told && line.dataset.author !== userId
    const first = told > 0 && $$('.line', element).find(isNew)
    if (!first) return
    const mark = Object.assign(document.createElement('div'), { className: 'unread-mark', textContent: element.dataset.newLabel })
    mark.setAttribute('role', 'separator')
    first.before(mark)
  }

  element.addEventListener('ramal:changed', decide)
  element.addEventListener('htmx:configRequest', event => {
    if (event.detail.verb === 'post') event.detail.parameters.since = element.dataset.version
  })
  element.addEventListener('htmx:afterRequest', event => {
    if (event.detail.requestConfig.verb === 'post') applyRoomChanges(parse(event.detail.xhr.responseText))
  })
  const heard = {
    'room.changed': event => (event.html ? applyRoomChanges(event.html) : catchUpRoom()),
    // The heartbeat tells what is true now: the last push may have been the one that got lost.
    pong: event => event.versions?.[element.dataset.room] > Number(element.dataset.version) && catchUpRoom(),
    revoked: event => event.watch === element.dataset.watch && location.assign(element.dataset.leftUrl),
  }
  document.addEventListener('ramal:heard', ({ detail }) => heard[detail.type]?.(detail))
  document.addEventListener('ramal:catch-up', catchUpRoom)
  document.addEventListener('visibilitychange', tellRead)
  document.addEventListener('visibilitychange', note)
  note()
  markNew()
  decide()
}
