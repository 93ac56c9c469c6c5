// The list of rooms asks for itself when somebody wrote or read.
import { onRoomNews } from '../live/rooms.js';
import { paced } from '../live/pace.js';
import { fragment, parse } from '../page.js';

export default function rooms(pane) {
  const ask = paced(async () => {
    const html = await fragment(pane.dataset.address)
    const fresh = html && parse(html).querySelector('#room-list')
    if (fresh) window.Idiomorph.morph(document.getElementById('room-list'), fresh, { morphStyle: 'outerHTML' })
  })
  onRoomNews(ask)
}
