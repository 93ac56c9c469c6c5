// The count of open notices in the rail, and their list where the page shows it: asked for again
// when one has come or gone.
import { attach } from '../attach.js';
import { paced } from '../live/pace.js';
import { fragment, parse } from '../page.js';

export default function channelNotices(badge) {
  const ask = paced(async () => {
    const html = await fragment(badge.dataset.address)
    if (html) show(parse(html))
  })
  document.addEventListener('ramal:notices', ask)
}

function show(answer) {
  for (const id of ['notices-count', 'channel-notices']) {
    const [old, fresh] = [document.getElementById(id), answer.querySelector(`[id="${id}"]`)]
    if (!old || !fresh || old.dataset.own === '') continue
    window.Idiomorph.morph(old, fresh, { morphStyle: 'outerHTML' })
    attach(document.getElementById(id))
  }
}
