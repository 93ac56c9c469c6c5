// How much of the team's chat is unread, in the rail: asked for again when somebody wrote or read.
import { onRoomNews } from '../live/rooms.js';
import { paced } from '../live/pace.js';
import { fragment, parse } from '../page.js';

export default function roomBadge(badge) {
  const ask = paced(async () => {
    const html = await fragment(badge.dataset.address)
    const fresh = html && parse(html).firstElementChild
    if (!fresh) return
    badge.hidden = fresh.hidden
    badge.title = fresh.title
    badge.textContent = fresh.textContent
  })
  onRoomNews(ask)
}
