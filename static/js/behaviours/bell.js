// How many notifications are unread: in the rail, the tab's title and its icon. Whoever looks at a
// conversation has read what they were told of it.
import { attach } from '../attach.js';
import { paced } from '../live/pace.js';
import { $$, fragment, openConversation, parse, post } from '../page.js';
import { noteReading } from '../reading.js';
import { showUnread } from '../unread.js';

const PARTS = ['bell', 'notification-list']

export default function bell(badge) {
  const ask = paced(async () => {
    const isListed = document.getElementById('notification-list')
    const html = await fragment(isListed ? badge.dataset.address : `${badge.dataset.address}?part=bell`)
    if (html) show(parse(html))
    count(Number(badge.dataset.unread))
    look()
  })

  function count(unread) {
    showUnread(unread)
    for (const copy of $$('[data-bell-copy]')) {
      copy.textContent = unread > 99 ? '99+' : unread
      copy.hidden = !unread
    }
  }

  let marked = ''
  function look() {
    const conversation = document.hidden ? '' : openConversation()?.dataset.conversation ?? ''
    noteReading(conversation)
    const wish = `${conversation} ${badge.dataset.newest}`
    if (!conversation || marked === wish || !badge.dataset.about.split(' ').includes(conversation)) return
    marked = wish
    post(badge.dataset.read, { conversation })
  }

  document.addEventListener('ramal:notified', ({ detail }) => {
    count(detail.unread)
    ask()
  })
  document.addEventListener('ramal:notices', ask)
  document.addEventListener('ramal:shown', look)
  document.addEventListener('visibilitychange', look)
  count(Number(badge.dataset.unread))
  look()
}

function show(answer) {
  for (const id of PARTS) {
    const [old, fresh] = [document.getElementById(id), answer.querySelector(`[id="${id}"]`)]
    if (!old || !fresh) continue
    window.Idiomorph.morph(old, fresh, { morphStyle: 'outerHTML' })
    window.htmx.process(document.getElementById(id))
    attach(document.getElementById(id))
  }
}
